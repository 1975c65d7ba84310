import Randomness

/// Changes valid files in ways that readers stumble over: a stand-in for libFuzzer that needs nothing but a seed.
package struct Mutator: Sendable {
  private let seeds: [[UInt8]]
  private let words: [[UInt8]]
  private var stream: RandomStream

  /// Inputs do not grow beyond the largest seed by more than this.
  private static let room = 4_096

  package init(_ target: FuzzTarget, seed: UInt64) throws {
    seeds = try Corpus.files(of: target).map(\.bytes)
    words = try Corpus.words(of: target)
    stream = RandomStream(seed: seed, "fuzz", target.name)
  }

  /// The next input: a seed with one to five changes.
  package mutating func next() -> [UInt8] {
    var bytes = seeds[stream.index(below: seeds.count)]
    for _ in 0...stream.index(below: 5) {
      guard !bytes.isEmpty, bytes.count <= (seeds.map(\.count).max() ?? 0) + Self.room else { break }
      change(&bytes)
    }
    return bytes
  }

  private mutating func change(_ bytes: inout [UInt8]) {
    // Most of some files is data where nothing can go wrong: half of the changes go to the first bytes.
    let place = stream.index(below: stream.index(below: 2) == 0 ? bytes.count : min(bytes.count, 600))
    let end = min(bytes.count, place + 1 + stream.index(below: 40))
    switch stream.index(below: 9) {
    case 0: bytes[place] = UInt8(stream.index(below: 256))
    case 1: bytes[place] ^= 1 << UInt8(stream.index(below: 8))
    case 2: bytes.removeSubrange(place..<end)
    case 3: bytes.insert(contentsOf: words[stream.index(below: words.count)], at: place)
    case 4:
      let word = words[stream.index(below: words.count)]
      bytes.replaceSubrange(place..<min(bytes.count, place + word.count), with: word)
    case 5: bytes.insert(contentsOf: bytes[place..<end], at: stream.index(below: bytes.count))
    case 6:
      // A digit becomes a number at the edge of some type.
      let edges = ["-1", "0", "18446744073709551616", "9223372036854775807", "4294967296", "1e400", "0.5", "null"]
      if let digit = bytes[place...].firstIndex(where: { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }) {
        bytes.replaceSubrange(digit...digit, with: Array(edges[stream.index(below: edges.count)].utf8))
      }
    case 7:
      let other = seeds[stream.index(below: seeds.count)]
      guard !other.isEmpty else { return }
      bytes.replaceSubrange(place..<end, with: other[stream.index(below: other.count)...].prefix(200))
    default: if stream.index(below: 3) == 0 { bytes.removeSubrange(place...) }
    }
  }
}
