/// The bytes of every token, by id, in one block.
struct TokenTable: Sendable {
  private let bytes: [UInt8]
  /// Where each token starts, and the end of the last.
  private let offsets: [Int]

  /// - Parameter tokens: by id; nil where no token has the id.
  init(_ tokens: [[UInt8]?]) {
    var bytes: [UInt8] = []
    var offsets = [0]
    offsets.reserveCapacity(tokens.count + 1)
    for token in tokens {
      bytes += token ?? []
      offsets.append(bytes.count)
    }
    self.bytes = bytes
    self.offsets = offsets
  }

  var count: Int { offsets.count - 1 }

  /// Empty where no token has the id.
  subscript(id: Int) -> ArraySlice<UInt8> {
    id >= 0 && id < count ? bytes[offsets[id]..<offsets[id + 1]] : []
  }
}
