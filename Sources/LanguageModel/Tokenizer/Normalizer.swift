/// What is done to text before it is cut into words: the `normalizer` of a tokenizer.json.
struct Normalizer: Sendable {
  enum Pattern: Sendable {
    case literal([UInt8])
    case expression(RegularExpression)
  }

  struct Bert: Sendable {
    let cleansText, spacesIdeographs, stripsAccents, lowercases: Bool
  }

  enum Step: Sendable {
    case form(NormalForm)
    case lowercase
    /// Leaves out combining marks.
    case stripAccents
    case bert(Bert)
    case replace(Pattern, [UInt8])
    case prepend([UInt8])
    case strip(left: Bool, right: Bool)
    /// Leaves out control characters and turns odd spaces into plain ones, as a translation system of Google's did.
    case nmt
    case characterMap(CharacterMap)
    case spellBytes
  }

  let steps: [Step]

  /// Replacements that would let a text grow beyond this factor are left out: no real tokenizer's do.
  private static let largestGrowth = 64

  func normalized(_ text: [UInt8]) -> [UInt8] {
    let limit = Self.largestGrowth * (text.count + 64)
    return steps.reduce(text) { Self.apply($1, to: $0, limit: limit) }
  }

  private static func apply(_ step: Step, to text: [UInt8], limit: Int) -> [UInt8] {
    switch step {
    case .form(let form): return applied(form, to: text)
    case .lowercase: return lowercased(text)
    case .stripAccents:
      return filtered(text) { !isMark($0) }
    case .bert(let bert): return bert.normalized(text)
    case .replace(let pattern, let content): return replaced(pattern, by: content, in: text, limit: limit)
    case .prepend(let prefix): return text.isEmpty || text.count + prefix.count > limit ? text : prefix + text
    case .strip(let left, let right): return stripped(text, left: left, right: right)
    case .nmt: return nmt(text)
    case .characterMap(let map): return mapped(text, map)
    case .spellBytes:
      guard 2 * text.count <= limit else { return text }
      var spelled: [UInt8] = []
      for byte in text { UTF8Text.append(ByteAlphabet.scalars[Int(byte)].value, to: &spelled) }
      return spelled
    }
  }

  private static func applied(_ form: NormalForm, to text: [UInt8]) -> [UInt8] {
    guard text.contains(where: { $0 >= 0x80 }) else { return text }
    return Array(NormalForm.text(String(decoding: text, as: UTF8.self), form).utf8)
  }

  /// Character by character: no rule looks at the neighbours, as in the reference.
  fileprivate static func lowercased(_ text: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(text.count)
    for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
      if scalar.isASCII {
        let byte = UInt8(scalar.value)
        result.append(0x41...0x5a ~= byte ? byte | 0x20 : byte)
      } else {
        result += scalar.properties.lowercaseMapping.utf8
      }
    }
    return result
  }

  fileprivate static func filtered(_ text: [UInt8], _ isKept: (UInt32) -> Bool) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(text.count)
    for (scalar, range) in UTF8Text.scalars(of: text, in: 0..<text.count) where isKept(scalar) { result += text[range] }
    return result
  }

  /// A combining mark of Unicode 9, where the reference's library ends.
  private static func isMark(_ scalar: UInt32) -> Bool {
    switch scalar {
    case ..<0x300, 0x111c9: false
    case 0x1cf2, 0x1cf3: true
    default:
      !UnicodeTable.category(scalar).isDisjoint(with: .marks) && UnicodeTable.isAssigned(scalar, in: 9)
    }
  }

  fileprivate static func decomposed(_ text: [UInt8]) -> [UInt8] { applied(.nfd, to: text) }

  static func replaced(_ pattern: Pattern, by content: [UInt8], in text: [UInt8], limit: Int) -> [UInt8] {
    let whole = 0..<text.count
    let matches =
      switch pattern {
      case .literal(let literal): literal.occurrences(in: text, whole)
      case .expression(let expression): expression.matches(in: text, whole)
      }
    let added = matches.count.multipliedReportingOverflow(by: content.count)
    guard !added.overflow, added.partialValue <= max(limit - text.count, 0) else { return text }
    var result: [UInt8] = []
    result.reserveCapacity(text.count + added.partialValue)
    var start = 0
    for match in matches {
      result += text[start..<match.lowerBound]
      result += content
      start = match.upperBound
    }
    result += text[start...]
    return result
  }

  private static func stripped(_ text: [UInt8], left: Bool, right: Bool) -> [UInt8] {
    var start = 0
    var end = text.count
    while left, start < end {
      let (scalar, width) = UTF8Text.scalar(at: start, in: text)
      guard UnicodeTable.isWhitespace(scalar) else { break }
      start += width
    }
    while right, end > start {
      let last = UTF8Text.start(before: end, in: text)
      guard UnicodeTable.isWhitespace(UTF8Text.scalar(at: last, in: text).scalar) else { break }
      end = last
    }
    return Array(text[start..<end])
  }

  private static func nmt(_ text: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    for (scalar, range) in UTF8Text.scalars(of: text, in: 0..<text.count) {
      switch scalar {
      case 0x01...0x08, 0x0b, 0x0e...0x1f, 0x7f, 0x8f, 0x9f: break
      case 0x09, 0x0a, 0x0c, 0x0d, 0x1680, 0x200b...0x200f, 0x2028, 0x2029, 0x2581, 0xfeff, 0xfffd:
        result.append(UInt8(ascii: " "))
      default: result += text[range]
      }
    }
    return result
  }

  /// By grapheme cluster, as Hugging Face applies the table.
  private static func mapped(_ text: [UInt8], _ map: CharacterMap) -> [UInt8] {
    var result: [UInt8] = []
    for cluster in String(decoding: text, as: UTF8.self) {
      let bytes = Array(String(cluster).utf8)
      if bytes.count < 6, let found = map.replacement(at: 0, in: bytes, end: bytes.count, shortest: true) {
        result += found.bytes
        continue
      }
      for (_, range) in UTF8Text.scalars(of: bytes, in: 0..<bytes.count) {
        let found = map.replacement(at: range.lowerBound, in: bytes, end: range.upperBound, shortest: true)
        result += found?.bytes ?? bytes[range]
      }
    }
    return result
  }
}

extension Normalizer.Bert {
  fileprivate func normalized(_ text: [UInt8]) -> [UInt8] {
    var text = text
    if cleansText { text = Self.cleaned(text) }
    if spacesIdeographs { text = Self.spaced(text) }
    if stripsAccents {
      text = Normalizer.filtered(Normalizer.decomposed(text)) {
        !Self.isAccent($0)
      }
    }
    return lowercases ? Normalizer.lowercased(text) : text
  }

  /// A nonspacing mark of Unicode 8, where another of the reference's libraries ends.
  private static func isAccent(_ scalar: UInt32) -> Bool {
    switch scalar {
    case ..<0x300, 0x1885, 0x1886, 0xa9bd, 0x111c9: false
    case 0x1734, 0x1171e: true
    default:
      !UnicodeTable.category(scalar).isDisjoint(with: .nonspacingMark) && UnicodeTable.isAssigned(scalar, in: 8)
    }
  }

  private static func isControl(_ scalar: UInt32) -> Bool {
    let category = UnicodeTable.category(scalar)
    return !category.isDisjoint(with: .controlOrPrivateUse)
      || (!category.isDisjoint(with: .format) && UnicodeTable.isAssigned(scalar, in: 8))
  }

  private static func cleaned(_ text: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    for (scalar, range) in UTF8Text.scalars(of: text, in: 0..<text.count) {
      let isPlainControl = scalar == 9 || scalar == 10 || scalar == 13
      if scalar == 0xfffd || (!isPlainControl && isControl(scalar)) { continue }
      if UnicodeTable.isWhitespace(scalar) { result.append(UInt8(ascii: " ")) } else { result += text[range] }
    }
    return result
  }

  private static func spaced(_ text: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    for (scalar, range) in UTF8Text.scalars(of: text, in: 0..<text.count) {
      let isIdeograph = ideographs.contains { $0.contains(scalar) }
      if isIdeograph { result.append(UInt8(ascii: " ")) }
      result += text[range]
      if isIdeograph { result.append(UInt8(ascii: " ")) }
    }
    return result
  }

  /// The blocks that BERT's reference tokenizer lists as Chinese.
  private static let ideographs: [ClosedRange<UInt32>] = [
    0x4e00...0x9fff, 0x3400...0x4dbf, 0x20000...0x2a6df, 0x2a700...0x2b73f, 0x2b740...0x2b81f, 0x2b920...0x2ceaf,
    0xf900...0xfaff, 0x2f800...0x2fa1f,
  ]
}
