/// Text as it may be shown: what would be invisible, reorder its surroundings or drive a terminal becomes visible.
///
/// Models emit any character. Control characters turn into their pictures (`␛`, `␀`), direction marks, zero-width and
/// tag characters into their code point (`⟨U+202E⟩`); joiners that emoji and scripts need stay.
package enum VisibleText {
  /// Line breaks and tabs are kept; CR LF counts as one line break.
  package static func block(_ text: String) -> String { make(text, keepsLineBreaks: true) }

  /// For one line of a terminal: line breaks and tabs are made visible too.
  package static func line(_ text: String) -> String { make(text, keepsLineBreaks: false) }

  private static func make(_ text: String, keepsLineBreaks: Bool) -> String {
    var result = ""
    result.reserveCapacity(text.utf8.count)
    var previousWasReturn = false
    for scalar in text.unicodeScalars {
      if previousWasReturn {
        previousWasReturn = false
        if scalar != "\n" { result.unicodeScalars.append(picture(of: "\r")) }
      }
      switch scalar {
      case "\r" where keepsLineBreaks: previousWasReturn = true
      case "\n" where keepsLineBreaks, "\t" where keepsLineBreaks: result.unicodeScalars.append(scalar)
      case "\u{0}"..."\u{1F}", "\u{7F}": result.unicodeScalars.append(picture(of: scalar))
      case _ where isHidden(scalar): result += codePoint(scalar)
      default: result.unicodeScalars.append(scalar)
      }
    }
    if previousWasReturn { result.unicodeScalars.append(picture(of: "\r")) }
    return result
  }

  /// U+2400 … U+2421, the block of control pictures.
  private static func picture(of scalar: Unicode.Scalar) -> Unicode.Scalar {
    scalar == "\u{7F}" ? "\u{2421}" : Unicode.Scalar(0x2400 + scalar.value) ?? "\u{FFFD}"
  }

  private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x80...0x9F: true  // C1 controls; U+009B starts an escape sequence on some terminals.
    case 0x00AD, 0x200B, 0x2060...0x2064, 0xFEFF: true  // Invisible.
    case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true  // Direction.
    case 0x2028, 0x2029: true  // Line and paragraph separators.
    case 0xFFF9...0xFFFB, 0xE0000...0xE007F: true  // Annotations and tags.
    case 0xFDD0...0xFDEF: true  // Noncharacters, which HTML forbids, here and below.
    default: scalar.value & 0xFFFE == 0xFFFE
    }
  }

  private static func codePoint(_ scalar: Unicode.Scalar) -> String {
    let digits = String(scalar.value, radix: 16, uppercase: true)
    return "⟨U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits + "⟩"
  }
}
