/// The spelling of every byte as one printable character, in which byte-level vocabularies are written.
///
/// Bytes that print stand for themselves; the others take the characters from U+0100 on (Radford et al., "Language Models
/// are Unsupervised Multitask Learners", 2019: `bytes_to_unicode` of the published encoder).
enum ByteAlphabet {
  /// All bytes as vocabularies list them: those that print first.
  static let order: [UInt8] = {
    let printing = (0x21...0x7e).map { UInt8($0) } + (0xa1...0xac).map { UInt8($0) } + (0xae...0xff).map { UInt8($0) }
    let isPrinting = Set(printing)
    return printing + (0...UInt8.max).filter { !isPrinting.contains($0) }
  }()

  /// The character of each byte.
  static let scalars: [Unicode.Scalar] = {
    var scalars = (0...UInt8.max).map { Unicode.Scalar($0) }
    // 188 bytes print; no scalar from U+0100 to U+0143 is a surrogate, so the conversion never fails.
    for (offset, byte) in order[188...].enumerated() {
      if let scalar = Unicode.Scalar(UInt32(0x100 + offset)) { scalars[Int(byte)] = scalar }
    }
    return scalars
  }()

  /// The byte of each character below U+0144; nil where the character spells none.
  private static let bytes: [UInt8?] = {
    var bytes = [UInt8?](repeating: nil, count: 0x144)
    for (byte, scalar) in scalars.enumerated() { bytes[Int(scalar.value)] = UInt8(byte) }
    return bytes
  }()

  /// The bytes that the UTF-8 of a token spells, or nil where one of its characters is outside the alphabet.
  static func bytes(spelledBy token: some RandomAccessCollection<UInt8>) -> [UInt8]? {
    var result: [UInt8] = []
    result.reserveCapacity(token.count)
    var lead: Int?
    for byte in token {
      let scalar: Int
      if let first = lead {
        scalar = (first & 0x1f) << 6 | Int(byte & 0x3f)
        lead = nil
      } else if byte < 0x80 {
        scalar = Int(byte)
      } else if byte < 0xe0 {
        lead = Int(byte)
        continue
      } else {
        return nil
      }
      guard scalar < 0x144, let spelled = bytes[scalar] else { return nil }
      result.append(spelled)
    }
    return result
  }

  static func spelling(of token: some Sequence<UInt8>) -> String {
    var result = String.UnicodeScalarView()
    for byte in token { result.append(scalars[Int(byte)]) }
    return String(result)
  }
}
