/// How text is cut into words before they are encoded: the `pre_tokenizer` of a tokenizer.json.
struct PreTokenizer: Sendable {
  /// Characters that a stage looks for.
  enum CharacterClass: Sendable {
    case whitespace, number, punctuation
    case scalar(Unicode.Scalar)
  }

  enum Stage: Sendable {
    case split(RegularExpression, TextPieces.SplitBehavior, inverted: Bool)
    case splitAtLiteral([UInt8], TextPieces.SplitBehavior, inverted: Bool)
    /// At every single character of the class.
    case splitAtEach(CharacterClass, TextPieces.SplitBehavior)
    /// Puts a space before every piece that has none.
    case prependSpace
    case metaspace(Metaspace)
    /// Writes bytes as the characters of `ByteAlphabet`.
    case spellBytes
  }

  /// Spaces written as another character, mostly U+2581.
  struct Metaspace: Sendable {
    enum Prepending: String, Sendable { case always, first, never }

    let replacement: [UInt8]
    let prepending: Prepending
    let splits: Bool
  }

  let stages: [Stage]

  static let none = PreTokenizer(stages: [])

  /// - Parameter isFirst: whether `text` is where the whole text starts.
  func pieces(of text: [UInt8], isFirst: Bool) -> TextPieces {
    var pieces = TextPieces(text)
    for stage in stages { Self.apply(stage, to: &pieces, isFirst: isFirst) }
    return pieces
  }

  private static func apply(_ stage: Stage, to pieces: inout TextPieces, isFirst: Bool) {
    let space = UInt8(ascii: " ")
    switch stage {
    case .split(let expression, let behavior, let inverted):
      pieces.split(behavior, inverted: inverted) { expression.matches(in: $0, $1) }
    case .splitAtLiteral(let literal, let behavior, let inverted):
      pieces.split(behavior, inverted: inverted) { literal.occurrences(in: $0, $1) }
    case .splitAtEach(let characters, let behavior):
      pieces.split(behavior) { text, range in
        UTF8Text.scalars(of: text, in: range).compactMap { characters.contains($0.scalar) ? $0.range : nil }
      }
    case .prependSpace:
      pieces.rewrite { text, piece, _, written in
        if text[piece.lowerBound] != space { written.append(space) }
        written += text[piece]
      }
    case .metaspace(let metaspace):
      pieces.rewrite { text, piece, isFirstPiece, written in
        let prepends =
          metaspace.prepending == .always || (metaspace.prepending == .first && isFirst && isFirstPiece)
        if prepends, text[piece.lowerBound] != space, !text[piece].starts(with: metaspace.replacement) {
          written += metaspace.replacement
        }
        for byte in text[piece] {
          if byte == space { written += metaspace.replacement } else { written.append(byte) }
        }
      }
      if metaspace.splits {
        pieces.split(.mergedWithNext) { metaspace.replacement.occurrences(in: $0, $1) }
      }
    case .spellBytes:
      pieces.rewrite { text, piece, _, written in
        for byte in text[piece] { UTF8Text.append(ByteAlphabet.scalars[Int(byte)].value, to: &written) }
      }
    }
  }
}

extension PreTokenizer.CharacterClass {
  private static let asciiPunctuation = ScalarSet(.init(ranges: [0x21...0x2f, 0x3a...0x40, 0x5b...0x60, 0x7b...0x7e]))

  func contains(_ scalar: UInt32) -> Bool {
    switch self {
    case .whitespace: UnicodeTable.isWhitespace(scalar)
    case .number: Self.isNumber(scalar)
    case .punctuation:
      Self.asciiPunctuation.contains(scalar) || Self.isPunctuation(scalar)
    case .scalar(let one): scalar == one.value
    }
  }

  /// The reference asks a younger library here than in its expressions.
  private static func isNumber(_ scalar: UInt32) -> Bool {
    if !UnicodeTable.category(scalar).isDisjoint(with: .numbers) { return true }
    switch Unicode.Scalar(scalar)?.properties.generalCategory {
    case .decimalNumber?, .letterNumber?, .otherNumber?: return true
    default: return false
    }
  }

  /// And an older one here, which counts two letters and marks of today as punctuation.
  private static func isPunctuation(_ scalar: UInt32) -> Bool {
    if scalar == 0x166d || scalar == 0x111c9 { return true }
    return !UnicodeTable.category(scalar).isDisjoint(with: .punctuation) && UnicodeTable.isAssigned(scalar, in: 8)
  }
}

extension [UInt8] {
  /// Where these bytes stand in `range` of `text`, from left to right without overlap; nowhere if there are none.
  func occurrences(in text: [UInt8], _ range: Range<Int>) -> [Range<Int>] {
    guard let first else { return [] }
    var found: [Range<Int>] = []
    var index = range.lowerBound
    while index + count <= range.upperBound {
      if text[index] == first, text[index..<index + count].elementsEqual(self) {
        found.append(index..<index + count)
        index += count
      } else {
        index += 1
      }
    }
    return found
  }
}
