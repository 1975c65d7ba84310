/// How text is cut into words before byte-pair encoding: the `pre_tokenizer` of a tokenizer.json.
struct PreTokenizer: Sendable {
  enum Stage: Sendable {
    /// Matches and what lies between them are words of their own.
    case isolate(WordPattern)
    /// What lies between the matches are words, the matches are left out; the reverse where `keepingMatches`.
    case remove(WordPattern, keepingMatches: Bool)
    case prependSpace
  }

  let stages: [Stage]

  func words(of text: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
    stages.reduce([text]) { words, stage in words.flatMap { Self.apply(stage, to: $0) } }
  }

  private static func apply(_ stage: Stage, to text: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
    switch stage {
    case .prependSpace:
      return text.first == UInt8(ascii: " ") || text.isEmpty ? [text] : [[UInt8(ascii: " ")] + text]
    case .isolate(let pattern):
      return pieces(of: text, cutBy: pattern, keepingMatches: true, keepingRest: true)
    case .remove(let pattern, let keepingMatches):
      return pieces(of: text, cutBy: pattern, keepingMatches: keepingMatches, keepingRest: !keepingMatches)
    }
  }

  private static func pieces(
    of text: ArraySlice<UInt8>, cutBy pattern: WordPattern, keepingMatches: Bool, keepingRest: Bool
  ) -> [ArraySlice<UInt8>] {
    var pieces: [ArraySlice<UInt8>] = []
    var start = text.startIndex
    for match in pattern.matches(in: text) {
      if keepingRest, start < match.lowerBound { pieces.append(text[start..<match.lowerBound]) }
      if keepingMatches { pieces.append(text[match]) }
      start = match.upperBound
    }
    if keepingRest, start < text.endIndex { pieces.append(text[start...]) }
    return pieces
  }
}

extension PreTokenizer {
  /// - Throws: `ModelError` naming a type or an option that is not supported.
  init(_ object: JSONObject) throws {
    var stages: [Stage] = []
    guard try Self.add(object, to: &stages) else {
      throw object.error("pre_tokenizer without 'ByteLevel' is not supported; supported: byte-level BPE")
    }
    self.stages = stages
  }

  /// Adds the stages of `object`; true where they end with the change to bytes, after which nothing can follow.
  private static func add(_ object: JSONObject, to stages: inout [Stage]) throws -> Bool {
    let type = try object.require(try object.string("type"), "type")
    switch type {
    case "Sequence":
      var isComplete = false
      for part in try object.require(try object.objects("pretokenizers"), "pretokenizers") {
        guard !isComplete else { throw object.error("a pre_tokenizer after 'ByteLevel' is not supported") }
        isComplete = try add(part, to: &stages)
      }
      return isComplete
    case "ByteLevel":
      if try object.boolean("add_prefix_space") ?? true { stages.append(.prependSpace) }
      if try object.boolean("use_regex") ?? true { stages.append(.isolate(.gpt2Words)) }
      return true
    case "Digits":
      stages.append(.isolate(.numbers(longest: try object.boolean("individual_digits") ?? false ? 1 : .max)))
      return false
    case "Split":
      stages.append(try split(object))
      return false
    default:
      throw object.error("pre_tokenizer '\(type)' is not supported; supported: ByteLevel, Split, Digits, Sequence")
    }
  }

  private static func split(_ object: JSONObject) throws -> Stage {
    let pattern = try pattern(try object.require(try object.object("pattern"), "pattern"))
    let isInverted = try object.boolean("invert") ?? false
    switch try object.require(try object.string("behavior"), "behavior") {
    case "Isolated": return .isolate(pattern)
    case "Removed": return .remove(pattern, keepingMatches: isInverted)
    case let other:
      throw object.error(
        "behavior '\(other)' of the pre_tokenizer Split is not supported; supported: Isolated, Removed")
    }
  }

  private static func pattern(_ object: JSONObject) throws -> WordPattern {
    if let literal = try object.string("String") { return try WordPattern(literal: literal) }
    let expression = try object.require(try object.string("Regex"), "Regex")
    do {
      return try WordPattern(expression)
    } catch {
      throw object.error("the regular expression '\(expression)' of the pre_tokenizer cannot be read")
    }
  }
}
