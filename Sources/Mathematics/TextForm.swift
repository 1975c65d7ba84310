/// Answers in words: `\text{(B)}`, `Sunday`, `4:30 p.m.`
enum TextForm {
  /// Letters and digits in lower case, without typesetting, spaces, quotes and full stops outside of numbers.
  static func normalized(_ raw: String) -> String {
    var result: [UInt8] = []
    let bytes = Array(raw.utf8)
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      switch byte {
      case UInt8(ascii: "\\"):
        let start = index + 1
        var end = start
        while end < bytes.count, isLetter(bytes[end]) { end += 1 }
        let name = String(decoding: bytes[start..<end], as: UTF8.self)
        if !Vocabulary.textCommands.contains(name), !Vocabulary.ignored.contains(name) { result += Array(name.utf8) }
        index = max(end, start + (end == start ? 1 : 0))
        continue
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): result.append(byte + 32)
      case UInt8(ascii: "."):
        let isPoint = index + 1 < bytes.count && isDigit(bytes[index + 1])
        if isPoint { result.append(byte) }
      case 0...32, UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "$"), UInt8(ascii: "\""), UInt8(ascii: "'"),
        UInt8(ascii: "~"), UInt8(ascii: "*"), UInt8(ascii: "`"):
        break
      default: result.append(byte)
      }
      index += 1
    }
    while let last = result.last, last == UInt8(ascii: ",") || last == UInt8(ascii: "!") { result.removeLast() }
    // `(B)` is the choice B.
    if result.count == 3, result[0] == UInt8(ascii: "("), result[2] == UInt8(ascii: ")"), isLetter(result[1]) {
      result = [result[1]]
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// Without spaces and LaTeX spaces at both ends.
  static func trimmed(_ raw: String) -> String {
    let utf8 = Array(raw.utf8)
    let range = trimmedRange(utf8, 0, utf8.count)
    return range.count == utf8.count ? raw : String(decoding: utf8[range], as: UTF8.self)
  }

  /// Without what a sentence adds, too: a full stop or a comma at the end, dollar signs around it.
  static func answer(_ raw: String) -> String {
    let utf8 = Array(raw.utf8)
    var range = trimmedRange(utf8, 0, utf8.count)
    while let last = range.last {
      let before = range.count > 1 ? utf8[last - 1] : 0
      switch utf8[last] {
      case UInt8(ascii: "."), UInt8(ascii: ","), UInt8(ascii: ";"):
        if before == UInt8(ascii: ".") { return String(decoding: utf8[range], as: UTF8.self) }
      case UInt8(ascii: "$") where before != UInt8(ascii: "\\"): break
      default: return range.count == utf8.count ? raw : String(decoding: utf8[range], as: UTF8.self)
      }
      range = trimmedRange(utf8, range.lowerBound, last)
    }
    return ""
  }

  private static func trimmedRange(_ utf8: [UInt8], _ first: Int, _ last: Int) -> Range<Int> {
    var (start, end) = (first, last)
    while start < end {
      if utf8[start] <= 32 || utf8[start] == UInt8(ascii: "~") {
        start += 1
      } else if utf8[start] == UInt8(ascii: "\\"), start + 1 < end, isSpace(utf8[start + 1]) {
        start += 2
      } else {
        break
      }
    }
    while end > start {
      if end - start > 1, utf8[end - 2] == UInt8(ascii: "\\"), isSpace(utf8[end - 1]) {
        end -= 2
      } else if utf8[end - 1] <= 32 || utf8[end - 1] == UInt8(ascii: "~") {
        end -= 1
      } else {
        break
      }
    }
    return start..<end
  }

  /// What a backslash makes a space of some width.
  private static func isSpace(_ byte: UInt8) -> Bool { ",; !:".utf8.contains(byte) }

  /// The choices of `A, C, E`; nil for anything but single letters.
  static func letters(_ words: String) -> [String]? {
    let parts = words.split { $0 == "," || $0 == " " || $0 == ";" }.map(String.init).filter { $0 != "and" }
    guard parts.count > 1, parts.allSatisfy({ $0.utf8.count == 1 && isLetter($0.utf8.first ?? 0) }) else { return nil }
    return parts
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (65...90).contains(byte) || (97...122).contains(byte) }
  private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
}

extension TextForm {
  /// Whether a normalised text holds a word: digits alone are told apart by their values, not by their spelling.
  static func isWords(_ normalized: String) -> Bool { normalized.utf8.contains { (97...122).contains($0) } }

  /// Whether a text has no commands but those of text and style.
  static func isPlain(_ raw: String) -> Bool {
    var rest = Substring(raw).utf8
    while let slash = rest.firstIndex(of: UInt8(ascii: "\\")) {
      rest = rest[rest.index(after: slash)...]
      let name = Substring(rest.prefix { (65...90).contains($0) || (97...122).contains($0) })
      guard name.isEmpty || Vocabulary.textCommands.contains(String(name)) || Vocabulary.ignored.contains(String(name))
      else { return false }
    }
    return true
  }
}
