import Foundation

/// How a sentence-transformers folder makes a vector of a text: its `modules.json` and what that names.
///
/// A folder without `modules.json` is a plain BERT: sentence-transformers adds mean pooling to it, and so do we.
package struct SentenceModules: Sendable, Hashable {
  enum Pooling: String, Sendable, Hashable, CaseIterable {
    case mean
    /// The state of the first token.
    case firstToken = "cls"
  }

  /// Where `config.json`, weights and tokenizer are.
  let transformerFolder: URL
  let pooling: Pooling
  /// Tokens of a text, special ones included, beyond which it is cut; nil where only the positions bound it.
  let maximumTokenCount: Int?
  let lowercases: Bool
  /// What is put before every text.
  let prompt: String

  /// - Throws: `ModelError` naming the file, and the module or the option that is not supported.
  package init(contentsOf folder: URL) throws {
    let list = folder.appending(path: "modules.json")
    var poolingFolder: URL?
    if FileManager.default.fileExists(atPath: list.path) {
      let folders = try Self.folders(listedIn: list, of: folder)
      transformerFolder = folders.transformer
      poolingFolder = folders.pooling
    } else {
      transformerFolder = folder
    }
    let options = try Self.object(transformerFolder.appending(path: "sentence_bert_config.json"))
    maximumTokenCount = try Self.maximumTokenCount(options, transformerFolder)
    lowercases = try options?.boolean("do_lower_case") ?? false
    prompt = try Self.prompt(folder.appending(path: "config_sentence_transformers.json"))
    pooling =
      try poolingFolder.map { [prompt] in
        try Self.pooling($0.appending(path: "config.json"), prompt: prompt)
      } ?? .mean
  }

  // MARK: modules.json

  private static func folders(listedIn list: URL, of folder: URL) throws -> (transformer: URL, pooling: URL) {
    func error(_ message: String) -> ModelError { ModelError(.badInput, file: list.path, message) }
    let modules = try JSONObject.list(try Data(contentsOfModelFile: list, atMost: 1 << 20), file: list.path)
    let kinds = try modules.map { module in
      let type = try module.require(try module.string("type"), "type")
      return String(type.split(separator: ".", omittingEmptySubsequences: false).last ?? "")
    }
    let supported = ["Transformer", "Pooling", "Normalize"]
    if let other = kinds.first(where: { !supported.contains($0) }) {
      throw error("module '\(other)' is not supported; supported: \(supported.joined(separator: ", "))")
    }
    guard kinds == supported || kinds == Array(supported.dropLast()) else {
      throw error(
        "the modules are \(kinds.joined(separator: ", ")); supported: Transformer, Pooling and, if wanted, Normalize")
    }
    func place(_ module: JSONObject) throws -> URL {
      let path = try module.string("path") ?? ""
      let names = path.split(separator: "/", omittingEmptySubsequences: false)
      guard path.isEmpty || names.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." && !$0.utf8.contains(0) }) else {
        throw error("a module's path is '\(path)'; it must be a folder within this one")
      }
      let place = path.isEmpty ? folder : folder.appending(path: path)
      try FolderBounds.check(place, in: folder)
      return place
    }
    return (try place(modules[0]), try place(modules[1]))
  }

  // MARK: Options

  /// The object of a file that need not be there.
  private static func object(_ file: URL) throws -> JSONObject? {
    guard FileManager.default.fileExists(atPath: file.path) else { return nil }
    return try JSONObject(contentsOfConfiguration: file)
  }

  /// `max_seq_length`, otherwise the tokenizer's `model_max_length`, which is a huge number where there is no limit.
  private static func maximumTokenCount(_ options: JSONObject?, _ folder: URL) throws -> Int? {
    if let options, let count = try options.integer("max_seq_length") {
      guard count >= 1 else { throw options.error("max_seq_length is \(count); it must be 1 or more") }
      return count
    }
    guard let tokenizer = try object(folder.appending(path: "tokenizer_config.json")),
      let count = try tokenizer.number("model_max_length")
    else { return nil }
    guard count >= 1 else { throw tokenizer.error("model_max_length is \(count); it must be 1 or more") }
    return count < 1e9 ? Int(count) : nil
  }

  private static func prompt(_ file: URL) throws -> String {
    guard let object = try object(file), let name = try object.string("default_prompt_name") else { return "" }
    guard let text = try object.object("prompts")?.string(name) else {
      throw object.error("default_prompt_name is '\(name)', which 'prompts' does not hold")
    }
    return text
  }

  /// Old files have a flag a mode, new ones `pooling_mode`.
  private static func pooling(_ file: URL, prompt: String) throws -> Pooling {
    let object = try JSONObject(contentsOfConfiguration: file)
    let flags = [
      "cls_token": "cls", "max_tokens": "max", "mean_tokens": "mean", "mean_sqrt_len_tokens": "mean_sqrt_len_tokens",
      "weightedmean_tokens": "weightedmean", "lasttoken": "lasttoken",
    ]
    var modes: [String] = []
    if let mode = try object.poolingMode() {
      modes = mode
    } else {
      for (flag, mode) in flags.sorted(by: { $0.key < $1.key })
      where try object.boolean("pooling_mode_\(flag)") ?? false {
        modes.append(mode)
      }
      if modes.isEmpty { modes = [Pooling.mean.rawValue] }
    }
    let name = modes.joined(separator: " + ")
    guard modes.count == 1, let pooling = Pooling(rawValue: name) else {
      let supported = Pooling.allCases.map(\.rawValue).joined(separator: ", ")
      throw object.error("pooling '\(name)' is not supported; supported: \(supported)")
    }
    if try object.boolean("include_prompt") == false, !prompt.isEmpty {
      throw object.error("include_prompt 'false' is not supported with a default prompt; supported: true")
    }
    return pooling
  }
}

extension JSONObject {
  /// `pooling_mode`, a name or a list of names; nil where the file has no such field.
  fileprivate func poolingMode() throws -> [String]? {
    guard contains("pooling_mode") else { return nil }
    if case .string(let mode)? = members.last(where: { $0.name == "pooling_mode" })?.value { return [mode] }
    return try strings("pooling_mode")
  }
}
