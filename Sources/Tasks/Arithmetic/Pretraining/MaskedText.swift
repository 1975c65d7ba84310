/// Text of which the interpolated values are masked from the loss: `"\(name) has \(12) pens."` trains on ` has` and
/// ` pens.` only. `\(trained: value)` is part of the loss.
struct MaskedText: Sendable, Hashable, ExpressibleByStringInterpolation {
  private(set) var pieces: [PretrainingDocument.Piece] = []

  init(stringLiteral value: String) { append(value, isTrained: true) }

  init(stringInterpolation: StringInterpolation) { pieces = stringInterpolation.text.pieces }

  init(masked text: String) { append(text, isTrained: false) }

  private init() {}

  struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var text = MaskedText()

    init(literalCapacity: Int, interpolationCount: Int) {}

    mutating func appendLiteral(_ literal: String) { text.append(literal, isTrained: true) }
    mutating func appendInterpolation(_ value: String) { text.append(value, isTrained: false) }
    mutating func appendInterpolation(_ value: Int) { text.append("\(value)", isTrained: false) }
    mutating func appendInterpolation(trained value: Int) { text.append("\(value)", isTrained: true) }
    mutating func appendInterpolation(trained value: String) { text.append(value, isTrained: true) }
  }

  static func + (left: MaskedText, right: MaskedText) -> MaskedText {
    var sum = left
    for piece in right.pieces { sum.append(piece.text, isTrained: piece.isTrained) }
    return sum
  }

  private mutating func append(_ text: String, isTrained: Bool) {
    guard !text.isEmpty else { return }
    guard let last = pieces.last else {
      pieces.append(.init(text: text, isTrained: isTrained))
      return
    }
    if last.isTrained == isTrained {
      pieces[pieces.count - 1] = .init(text: last.text + text, isTrained: isTrained)
    } else if last.text.hasSuffix(" ") {
      // The pre-tokenizer keeps a space with the word after it.
      let shortened = String(last.text.dropLast())
      if shortened.isEmpty {
        pieces.removeLast()
      } else {
        pieces[pieces.count - 1] = .init(text: shortened, isTrained: last.isTrained)
      }
      append(" " + text, isTrained: isTrained)
    } else {
      pieces.append(.init(text: text, isTrained: isTrained))
    }
  }
}
