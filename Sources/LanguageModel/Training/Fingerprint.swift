/// 64 bits that tell two inputs apart, the same on every platform; no protection against an adversary.
struct Fingerprint {
  private var state: UInt64 = 0xcbf2_9ce4_8422_2325

  mutating func combine(_ value: UInt64) {
    // The finalizer of SplitMix64, so that each bit moves all others.
    var z = (state ^ value) &+ 0x9e37_79b9_7f4a_7c15
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    state = z ^ (z >> 31)
  }

  mutating func combine(_ value: Int) { combine(UInt64(bitPattern: Int64(value))) }

  mutating func combine(_ text: String) {
    combine(text.utf8.count)
    for byte in text.utf8 { combine(UInt64(byte)) }
  }

  /// Sixteen hexadecimal digits.
  var digits: String {
    let digits = String(state, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}

extension TrainingExamples {
  /// Tells these rows, in this order, from others.
  package var fingerprint: String {
    var fingerprint = Fingerprint()
    func combine(_ row: TokenRow) {
      fingerprint.combine(row.tokens.count)
      for token in row.tokens { fingerprint.combine(UInt64(UInt32(bitPattern: token))) }
      for target in row.targets(from: 0) { fingerprint.combine(target.row) }
    }
    switch self {
    case .supervised(let rows):
      fingerprint.combine("supervised")
      rows.forEach(combine)
    case .preference(let pairs):
      fingerprint.combine("preference")
      for pair in pairs {
        combine(pair.chosen)
        combine(pair.rejected)
      }
    }
    return fingerprint.digits
  }
}

extension Model {
  /// Elements of each tensor that a fingerprint reads, spread over it: training moves every one of them.
  private static let sampleCount = 256

  /// Tells these weights from others of the same shapes.
  package var fingerprint: String {
    var fingerprint = Fingerprint()
    for tensor in layout.tensors {
      fingerprint.combine(tensor.name)
      for size in tensor.shape { fingerprint.combine(size) }
      let elements = elements(of: tensor)
      for index in stride(from: 0, to: tensor.count, by: max(1, tensor.count / Self.sampleCount)) {
        switch elements {
        case .float32(let view): fingerprint.combine(UInt64(view[index].bitPattern))
        case .bfloat16(let view), .float16(let view): fingerprint.combine(UInt64(view[index]))
        }
      }
    }
    return fingerprint.digits
  }
}

extension LowRankAdapter {
  /// Tells this adapter from others.
  package var fingerprint: String {
    var fingerprint = Fingerprint()
    fingerprint.combine("\(settings)")
    for value in weights.values.array { fingerprint.combine(UInt64(value.bitPattern)) }
    return fingerprint.digits
  }
}
