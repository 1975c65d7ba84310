import Foundation
import Kernels
import LanguageModel
import Randomness
import Testing

@Suite struct HalfTests {
  /// The numbers that 65,536 patterns stand for, by the definition of the formats.
  private static func value(_ bits: UInt16, _ type: StoredElementType) -> Float {
    if type == .bfloat16 { return Float(bitPattern: UInt32(bits) << 16) }
    let (exponent, fraction) = (Int(bits >> 10 & 31), Double(bits & 1023))
    let magnitude =
      switch exponent {
      case 31: fraction == 0 ? Double.infinity : .nan
      case 0: fraction * 0x1p-24
      default: (1024 + fraction) * pow(2, Double(exponent - 25))
      }
    return Float(bits >= 0x8000 ? -magnitude : magnitude)
  }

  @Test(arguments: [StoredElementType.bfloat16, .float16]) func everyPatternIsWidenedExactly(type: StoredElementType) {
    let patterns = (0...UInt16.max).map { $0 }
    let wide = FloatBuffer(count: patterns.count)
    Kernel.widen(HalfView(HalfBuffer(patterns)), type, to: FloatView(wide))
    var wrong = 0
    for (bits, found) in zip(patterns, wide.array) {
      let expected = Self.value(bits, type)
      if found.isNaN != expected.isNaN || !found.isNaN && found.bitPattern != expected.bitPattern { wrong += 1 }
    }
    #expect(wrong == 0)
  }

  /// Every pattern comes back, and what lies between two goes to the nearer one, in the middle to the even one.
  @Test(arguments: [StoredElementType.bfloat16, .float16]) func narrowingRoundsToNearestEven(type: StoredElementType) {
    func narrowed(_ values: [Float]) -> [UInt16] {
      let bytes = Kernel.bytes(of: .float32(FloatView(FloatBuffer(values))), as: type)
      return stride(from: 0, to: bytes.count, by: 2).map { UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8 }
    }
    let infinity: UInt16 = type == .bfloat16 ? 0x7f80 : 0x7c00
    let finite = (0..<infinity).map { $0 }
    #expect(narrowed(finite.map { Self.value($0, type) }) == finite)
    #expect(narrowed(finite.map { -Self.value($0, type) }) == finite.map { $0 | 0x8000 })
    let gaps = finite.dropLast()
    let middles = gaps.map { Float((Double(Self.value($0, type)) + Double(Self.value($0 + 1, type))) / 2) }
    #expect(narrowed(middles) == gaps.map { $0 + ($0 & 1) })
    #expect(narrowed(middles.map(\.nextDown)) == Array(gaps))
    #expect(narrowed(middles.map(\.nextUp)) == gaps.map { $0 + 1 })
    #expect(narrowed([.infinity, -.infinity, .greatestFiniteMagnitude]) == [infinity, infinity | 0x8000, infinity])
    #expect(narrowed([.nan]).allSatisfy { $0 & 0x7fff > infinity })
  }

  /// A product with 16-bit weights is the product with the same weights as float32, bit for bit.
  @Test(arguments: [StoredElementType.bfloat16, .float16], levels)
  func productsWidenWhilePacking(type: StoredElementType, level: Int32) {
    var stream = RandomStream(seed: 8)
    for (m, outputs, inputs) in [
      (1, 1, 1), (3, 33, 7), (5, 64, 300), (241, 65, 19), (7, 40, 513), (9, 100, 80), (17, 49, 30),
    ] {
      let patterns = (0..<(outputs * inputs)).map { _ in
        // Any sign and fraction, exponents around 1.
        let exponent = type == .bfloat16 ? 120 + stream.index(below: 8) : 11 + stream.index(below: 6)
        let fraction = stream.index(below: type == .bfloat16 ? 128 : 1024)
        let sign = stream.index(below: 2) << 15
        return UInt16(sign | exponent << (type == .bfloat16 ? 7 : 10) | fraction)
      }
      let view = HalfView(HalfBuffer(patterns))
      let half = WeightMatrix(
        rows: outputs, columns: inputs, type == .bfloat16 ? .bfloat16(view) : .float16(view))
      let wide = WeightMatrix(half.elements.widened(), rows: outputs, columns: inputs)
      let scratch = FloatBuffer(count: Kernel.gemmScratchCount)
      for transposed in [true, false] {
        let (n, k) = transposed ? (outputs, inputs) : (inputs, outputs)
        let a = MatrixView(FloatView(randomBuffer(m * k, seed: 9)), width: k)
        let products = [half, wide].map { weight in
          let c = randomBuffer(m * n, seed: 10)
          Kernel.multiply(
            m, a, weight, transposed: transposed, into: MatrixView(FloatView(c), width: n), accumulate: true,
            scratch: scratch, level: level)
          return c.array
        }
        #expect(products[0] == products[1])
        let naive = randomBuffer(m * n, seed: 10)
        let weights = MatrixView(half.elements.widened(), width: inputs)
        Kernel.multiplyNaively(
          m, n, k, a, transposed ? weights.transposed : weights, into: MatrixView(FloatView(naive), width: n),
          accumulate: true)
        let error = zip(products[0], naive.array).map { abs($0 - $1) }.max() ?? .infinity
        #expect(error <= 4e-7 * Float(k) + 1e-6)
      }
    }
  }
}
