import Foundation

/// What a `tokenizer_config.json` adds to a tokenizer's own file.
struct TokenizerConfiguration {
  /// Whether BOS and EOS surround a text; nil where the file does not say.
  var addsBOS, addsEOS: Bool?
  /// `bos_token`, `eos_token` and their kin, by name, in the order of the file.
  var specialTokens: [(name: String, content: String)] = []
  /// `added_tokens_decoder`: special tokens by id.
  var addedTokens: [(id: Int, content: String)] = []
  /// `chat_template`; where there are several, the one called default.
  var chatTemplate: String?

  static let none = TokenizerConfiguration()

  private init() {}

  /// The file of a model folder; `none` where there is none.
  ///
  /// - Throws: `ModelError` naming the file and what is damaged.
  init(contentsOf folder: URL) throws {
    let file = folder.appending(path: "tokenizer_config.json")
    guard FileManager.default.fileExists(atPath: file.path) else {
      self.init()
      return
    }
    try self.init(json: try Data(contentsOfModelFile: file), name: file.path)
  }

  init(json: Data, name: String) throws {
    let root = try JSONObject(json, file: name)
    addsBOS = try root.boolean("add_bos_token")
    addsEOS = try root.boolean("add_eos_token")
    for member in root.members where member.name.hasSuffix("_token") {
      switch member.value {
      case .string(let content): specialTokens.append((member.name, content))
      case .object(let fields):
        if case .string(let content)? = fields.first(where: { $0.name == "content" })?.value {
          specialTokens.append((member.name, content))
        }
      default: continue
      }
    }
    if let tokens = try root.object("added_tokens_decoder") {
      addedTokens = try tokens.memberObjects().map { key, token in
        guard let id = Int(key) else { throw root.error("'added_tokens_decoder.\(key)' must be named by an id") }
        return (id, try token.require(try token.string("content"), "content"))
      }
    }
    chatTemplate = try Self.chatTemplate(root)
  }

  private static func chatTemplate(_ root: JSONObject) throws -> String? {
    guard let value = root.members.last(where: { $0.name == "chat_template" })?.value else { return nil }
    guard case .list = value else { return try root.string("chat_template") }
    let templates = try root.objects("chat_template") ?? []
    let chosen = try templates.first { try $0.string("name") == "default" }
    guard let chosen else { throw root.error("'chat_template' holds no template of the name 'default'") }
    return try chosen.require(try chosen.string("template"), "template")
  }

  func specialToken(_ name: String) -> String? { specialTokens.last { $0.name == name }?.content }

  /// The ids before and after a text: BOS unless the file says otherwise, EOS only where it says so.
  ///
  /// - Throws: `ModelError` where a token that is to be added is none of the vocabulary.
  func surroundingIDs(
    defaultBOS: String, defaultEOS: String, file: String, id: (String) -> Int?
  ) throws -> (prefix: [Int], suffix: [Int]) {
    func ids(_ name: String, _ fallback: String, isAdded: Bool, isRequired: Bool) throws -> [Int] {
      guard isAdded else { return [] }
      let token = specialToken(name) ?? fallback
      if let id = id(token) { return [id] }
      if !isRequired, specialToken(name) == nil { return [] }
      throw ModelError(
        .badInput, file: file,
        "\(name) '\(token)' is to be added, but is not in the vocabulary; correct tokenizer_config.json")
    }
    return (
      try ids("bos_token", defaultBOS, isAdded: addsBOS ?? true, isRequired: addsBOS ?? false),
      try ids("eos_token", defaultEOS, isAdded: addsEOS ?? false, isRequired: addsEOS ?? false)
    )
  }
}
