import Foundation

/// JSON that may be shown on a terminal.
///
/// An encoder escapes the controls below U+0020 only. U+007F, the C1 controls, one of which begins an escape sequence, and
/// the marks that turn the direction of text are as much of a danger there, and as good as text when escaped.
package enum JSONControls {
  /// The same JSON with all of these as `\uXXXX`. They can stand within texts only.
  package static func escaped(_ json: Data) -> Data {
    let bytes = [UInt8](json)
    var escaped: [UInt8] = []
    // Before here, all is written.
    var written = 0
    var place = 0
    while place < bytes.count {
      guard let (scalar, count) = control(bytes, place) else {
        place += 1
        continue
      }
      let digits = String(scalar, radix: 16)
      escaped +=
        bytes[written..<place] + Array("\\u".utf8) + Array(String(repeating: "0", count: 4 - digits.count).utf8)
      escaped += Array(digits.utf8)
      place += count
      written = place
    }
    return written == 0 ? json : Data(escaped + bytes[written...])
  }

  /// The one that stands at `place`, and the bytes of its UTF-8.
  private static func control(_ bytes: [UInt8], _ place: Int) -> (scalar: Int, count: Int)? {
    switch bytes[place] {
    case 0x7f: return (0x7f, 1)
    case 0xc2, 0xd8, 0xe2: break
    default: return nil
    }
    func byte(_ offset: Int) -> Int { place + offset < bytes.count ? Int(bytes[place + offset]) : 0 }
    switch (byte(0), byte(1), byte(2)) {
    case (0xc2, 0x80...0x9f, _): return (byte(1), 2)
    case (0xd8, 0x9c, _): return (0x61c, 2)
    case (0xe2, 0x80, 0x8e...0x8f), (0xe2, 0x80, 0xaa...0xae): return (0x2000 + byte(2) - 0x80, 3)
    case (0xe2, 0x81, 0xa6...0xa9): return (0x2040 + byte(2) - 0x80, 3)
    default: return nil
    }
  }
}
