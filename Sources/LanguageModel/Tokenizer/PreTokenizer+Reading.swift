extension PreTokenizer {
  /// - Throws: `ModelError` naming a type or an option that is not supported.
  init(_ object: JSONObject?) throws {
    var stages: [Stage] = []
    if let object { try Self.add(object, to: &stages) }
    self.stages = stages
  }

  private static func add(_ object: JSONObject, to stages: inout [Stage]) throws {
    let type = try object.require(try object.string("type"), "type")
    switch type {
    case "Sequence":
      for part in try object.require(try object.objects("pretokenizers"), "pretokenizers") {
        try add(part, to: &stages)
      }
    case "ByteLevel":
      if try object.boolean("add_prefix_space") ?? true { stages.append(.prependSpace) }
      if try object.boolean("use_regex") ?? true { stages.append(try expression(WordPattern.gpt2, object)) }
      stages.append(.spellBytes)
    case "Digits":
      let isIndividual = try object.boolean("individual_digits") ?? false
      stages.append(.splitAtEach(.number, isIndividual ? .isolated : .contiguous))
    case "Split": stages.append(try split(object))
    case "Whitespace": stages.append(try expression(WordPattern.whitespace, object, .removed, inverted: true))
    case "WhitespaceSplit": stages.append(.splitAtEach(.whitespace, .removed))
    case "Punctuation":
      stages.append(
        .splitAtEach(.punctuation, try object.string("behavior").map { try behavior($0, object) } ?? .isolated))
    case "BertPreTokenizer":
      stages.append(.splitAtEach(.whitespace, .removed))
      stages.append(.splitAtEach(.punctuation, .isolated))
    case "CharDelimiterSplit":
      let delimiter = try object.require(try object.string("delimiter"), "delimiter")
      guard let scalar = delimiter.unicodeScalars.first, delimiter.unicodeScalars.count == 1 else {
        throw object.error("the delimiter of the pre_tokenizer must be one character, not '\(delimiter)'")
      }
      stages.append(.splitAtEach(.scalar(scalar), .removed))
    case "Metaspace": stages.append(.metaspace(try Metaspace(object)))
    default:
      throw object.error(
        "pre_tokenizer '\(type)' is not supported; supported: ByteLevel, Split, Digits, Whitespace, WhitespaceSplit, "
          + "Punctuation, BertPreTokenizer, CharDelimiterSplit, Metaspace, Sequence")
    }
  }

  private static func split(_ object: JSONObject) throws -> Stage {
    let pattern = try object.require(try object.object("pattern"), "pattern")
    let behavior = try behavior(try object.require(try object.string("behavior"), "behavior"), object)
    let isInverted = try object.boolean("invert") ?? false
    if let literal = try pattern.string("String") {
      return .splitAtLiteral(Array(literal.utf8), behavior, inverted: isInverted)
    }
    return try expression(
      try pattern.require(try pattern.string("Regex"), "Regex"), object, behavior, inverted: isInverted)
  }

  private static func behavior(_ name: String, _ object: JSONObject) throws -> TextPieces.SplitBehavior {
    guard let behavior = TextPieces.SplitBehavior(rawValue: name) else {
      throw object.error("behavior '\(name)' of the pre_tokenizer is not supported")
    }
    return behavior
  }

  private static func expression(
    _ pattern: String, _ object: JSONObject, _ behavior: TextPieces.SplitBehavior = .isolated, inverted: Bool = false
  ) throws -> Stage {
    .split(try RegularExpression(pattern, in: object), behavior, inverted: inverted)
  }
}

extension PreTokenizer.Metaspace {
  /// Also of the decoder, whose fields are the same.
  init(_ object: JSONObject) throws {
    let replacement = try object.string("replacement") ?? "\u{2581}"
    guard replacement.unicodeScalars.count == 1 else {
      throw object.error("the replacement of Metaspace must be one character, not '\(replacement)'")
    }
    self.replacement = Array(replacement.utf8)
    splits = try object.boolean("split") ?? true
    if let scheme = try object.string("prepend_scheme") {
      guard let prepending = Prepending(rawValue: scheme) else {
        throw object.error("prepend_scheme '\(scheme)' is not supported; supported: always, first, never")
      }
      self.prepending = prepending
    } else {
      // Files of older versions have this switch alone.
      prepending = try object.boolean("add_prefix_space") ?? true ? .always : .never
    }
  }
}

extension RegularExpression {
  /// - Throws: `ModelError` naming the construct that is not supported.
  init(_ pattern: String, in object: JSONObject) throws {
    do {
      try self.init(pattern)
    } catch {
      throw object.error(
        "the regular expression '\(pattern.prefix(200))' holds \(error.construct), which is not supported")
    }
  }
}
