import BigInt
import Foundation
import Mathematics
import Testing

/// Every value that a function takes inside a ball lies in the ball that it gives.
@Suite struct BallTests {
  /// Fixtures/elementary.json, which Tests/reference/elementary.py wrote with mpmath.
  struct Reference: Decodable, Sendable, CustomTestStringConvertible {
    let function: String, precision: Int, middle: BigInt, radius: BigInt, values: [BigInt]

    private enum CodingKeys: CodingKey { case function, precision, middle, radius, values }

    init(from decoder: any Decoder) throws {
      let fields = try decoder.container(keyedBy: CodingKeys.self)
      func number(_ text: String) throws -> BigInt { try #require(BigInt(text)) }
      function = try fields.decode(String.self, forKey: .function)
      precision = try fields.decode(Int.self, forKey: .precision)
      middle = try number(fields.decode(String.self, forKey: .middle))
      radius = try number(fields.decode(String.self, forKey: .radius))
      values = try fields.decode([String].self, forKey: .values).map(number)
    }

    var result: Ball? {
      let ball = Ball(middle, radius: radius, precision: precision)
      return switch function {
      case "exp": ball.exponential
      case "log": ball.logarithm
      case "sqrt": ball.squareRoot
      case "sin": ball.sineAndCosine?.sine
      case "cos": ball.sineAndCosine?.cosine
      case "arctan": ball.arctangent
      default: nil
      }
    }

    var testDescription: String { "\(function) of \(middle) ± \(radius) at \(precision) bits" }
  }

  private static let references: [Reference] = {
    do {
      let file = try #require(Bundle.module.url(forResource: "Fixtures/elementary", withExtension: "json"))
      return try JSONDecoder().decode([Reference].self, from: Data(contentsOf: file))
    } catch { fatalError("\(error)") }
  }()

  @Test(arguments: references)
  func holdsEveryValue(_ reference: Reference) throws {
    // e^x is not computed where x may be 1,000 or more.
    let ends = reference.middle.magnitude + reference.radius.magnitude
    if reference.function == "exp", ends >> reference.precision >= 1_000 {
      #expect(reference.result == nil)
      return
    }
    let result = try #require(reference.result)
    // The values are rounded down.
    for value in reference.values { #expect(abs(value - result.middle) <= result.radius + 1) }
  }

  /// The error of what is known exactly is that of some roundings: 24 bits of 128 or more.
  @Test(arguments: references.filter { $0.radius == 0 && $0.result != nil })
  func isAsFineAsItsArgument(_ reference: Reference) throws {
    let result = try #require(reference.result)
    let size = max(reference.precision, reference.middle.bitWidth, result.middle.bitWidth)
    #expect(result.radius.bitWidth <= size - reference.precision + 24, "an error of \(result.radius.bitWidth) bits")
  }

  /// Otherwise each operation on the result doubles its digits.
  @Test func anErrorWithoutMeaningHasFewDigits() throws {
    for middle in [BigInt(0), BigInt(3) << 126, BigInt(1) << 180] {
      let ball = Ball(middle, radius: BigInt(1) << 4_000, precision: 128)
      let (sine, cosine) = try #require(ball.sineAndCosine)
      #expect(ball.exponential == nil && sine.bitWidth <= 130 && cosine.bitWidth <= 130)
      #expect(try #require(ball.arctangent).bitWidth <= 131)
    }
  }

  @Test(arguments: [
    (#"\lceil 3 \rceil"#, "3"), (#"\lceil 2.1 \rceil"#, "3"), (#"\lceil -2.1 \rceil"#, "-2"),
    (#"\lfloor -2.1 \rfloor"#, "-3"),
    (#"\lceil \sqrt{10} \rceil"#, "4"), (#"\lfloor \sqrt{10} \rfloor"#, "3"), (#"\lfloor -\pi \rfloor"#, "-4"),
    (#"\lceil -\pi \rceil"#, "-3"), (#"\lceil e^2 \rceil"#, "8"),
    (#"\lfloor \frac1\pi \rfloor"#, "0"), (#"\lceil -\frac1\pi \rceil"#, "0"),
  ])
  func floorsAndCeilings(answer: String, reference: String) {
    #expect(MathEquivalence.compare(answer: answer, reference: reference).outcome == .equal)
  }
}
