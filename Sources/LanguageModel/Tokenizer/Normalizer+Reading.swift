import Foundation

extension Normalizer {
  /// - Throws: `ModelError` naming a type or an option that is not supported.
  init(_ object: JSONObject?) throws {
    var steps: [Step] = []
    if let object { try Self.add(object, to: &steps) }
    self.steps = steps
  }

  private static func add(_ object: JSONObject, to steps: inout [Step]) throws {
    let type = try object.require(try object.string("type"), "type")
    switch type {
    case "Sequence":
      for part in try object.require(try object.objects("normalizers"), "normalizers") { try add(part, to: &steps) }
    case "NFC", "NFD", "NFKC", "NFKD": if let form = NormalForm(rawValue: type) { steps.append(.form(form)) }
    case "Lowercase": steps.append(.lowercase)
    case "StripAccents": steps.append(.stripAccents)
    case "BertNormalizer":
      let lowercases = try object.boolean("lowercase") ?? true
      steps.append(
        .bert(
          Bert(
            cleansText: try object.boolean("clean_text") ?? true,
            spacesIdeographs: try object.boolean("handle_chinese_chars") ?? true,
            stripsAccents: try object.boolean("strip_accents") ?? lowercases, lowercases: lowercases)))
    case "Replace":
      let content = try object.require(try object.string("content"), "content")
      steps.append(.replace(try Pattern(object), Array(content.utf8)))
    case "Prepend":
      steps.append(.prepend(Array(try object.require(try object.string("prepend"), "prepend").utf8)))
    case "Strip":
      steps.append(
        .strip(left: try object.boolean("strip_left") ?? true, right: try object.boolean("strip_right") ?? true))
    case "Nmt": steps.append(.nmt)
    case "ByteLevel": steps.append(.spellBytes)
    case "Precompiled":
      let encoded = try object.require(try object.string("precompiled_charsmap"), "precompiled_charsmap")
      guard let data = Data(base64Encoded: encoded), let map = CharacterMap(data) else {
        throw object.error("the precompiled_charsmap of the normalizer is damaged; get the file again")
      }
      steps.append(.characterMap(map))
    default:
      throw object.error(
        "normalizer '\(type)' is not supported; supported: NFC, NFD, NFKC, NFKD, Lowercase, StripAccents, BertNormalizer, "
          + "Replace, Prepend, Strip, Nmt, Precompiled, ByteLevel, Sequence")
    }
  }
}

extension Normalizer.Pattern {
  /// The `pattern` of `object`.
  init(_ object: JSONObject) throws {
    let pattern = try object.require(try object.object("pattern"), "pattern")
    if let literal = try pattern.string("String") {
      self = .literal(Array(literal.utf8))
    } else {
      self = .expression(
        try RegularExpression(try pattern.require(try pattern.string("Regex"), "Regex"), in: object))
    }
  }
}
