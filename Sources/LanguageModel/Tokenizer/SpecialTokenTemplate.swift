/// The special tokens that surround a single sequence: the `post_processor` of a tokenizer.json.
struct SpecialTokenTemplate: Sendable, Hashable {
  private(set) var prefixIDs: [Int] = []
  private(set) var suffixIDs: [Int] = []

  /// - Throws: `ModelError` naming a type or an option that is not supported.
  init(_ object: JSONObject?) throws {
    if let object { try wrap(object) }
  }

  private mutating func wrap(_ object: JSONObject) throws {
    let type = try object.require(try object.string("type"), "type")
    switch type {
    // Only moves character offsets.
    case "ByteLevel": return
    case "Sequence":
      for part in try object.require(try object.objects("processors"), "processors") { try wrap(part) }
    case "TemplateProcessing": try wrap(template: object)
    case "BertProcessing", "RobertaProcessing":
      prefixIDs = [try Self.id(object, "cls")] + prefixIDs
      suffixIDs.append(try Self.id(object, "sep"))
    default:
      throw object.error(
        "post_processor '\(type)' is not supported; supported: TemplateProcessing, BertProcessing, RobertaProcessing, "
          + "ByteLevel, Sequence")
    }
  }

  /// A token is written as its spelling and its id.
  private static func id(_ object: JSONObject, _ name: String) throws -> Int {
    guard let pair = try object.values(name), pair.count == 2, case .integer(let id) = pair[1] else {
      throw object.error("'\(name)' of the post_processor must be a token and its id")
    }
    return id
  }

  private mutating func wrap(template object: JSONObject) throws {
    let specialTokens = try object.object("special_tokens")
    var before: [Int] = []
    var after: [Int] = []
    var sequenceCount = 0
    for piece in try object.require(try object.objects("single"), "single") {
      if let sequence = try piece.object("Sequence") {
        guard try sequence.string("id") == "A", sequenceCount == 0 else {
          throw object.error("the post_processor's template must hold the sequence 'A' once")
        }
        sequenceCount += 1
        continue
      }
      let special = try piece.require(try piece.object("SpecialToken"), "SpecialToken")
      let name = try special.require(try special.string("id"), "id")
      guard let ids = try specialTokens?.object(name)?.integers("ids") else {
        throw object.error("the post_processor's template names '\(name)', which its special_tokens do not define")
      }
      if sequenceCount == 0 { before += ids } else { after += ids }
    }
    guard sequenceCount == 1 else {
      throw object.error("the post_processor's template must hold the sequence 'A' once")
    }
    prefixIDs = before + prefixIDs
    suffixIDs += after
  }
}
