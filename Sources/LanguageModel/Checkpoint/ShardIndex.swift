import Foundation

/// `model.safetensors.index.json`: in which shard each tensor is.
struct ShardIndex {
  /// In the order of the file.
  let entries: [(tensor: String, file: String)]

  /// Some 600,000 tensors; more than that many bytes are no index.
  private static let largestFile = 64 << 20
  private static let mostTensors = 1 << 17

  /// - Throws: `ModelError` naming the file and what is wrong with it: also a shard that is no file of the folder.
  init(contentsOf url: URL) throws {
    func error(_ message: String) -> ModelError { ModelError(.badInput, file: url.path, message) }
    var parser = JSONParser(Array(try Data(contentsOfModelFile: url, atMost: Self.largestFile)))
    var entries: [(tensor: String, file: String)] = []
    var names: Set<String> = []
    var hasMap = false
    do {
      try parser.expect(parser.isAtObject) { error("must be a JSON object") }
      try parser.members { field, parser in
        guard field == "weight_map" else { return try parser.skip() }
        try parser.expect(parser.isAtObject && !hasMap) { error("'weight_map' must be one object of strings") }
        hasMap = true
        try parser.members { tensor, parser in
          try parser.expect(parser.isAtString) {
            error("'weight_map' must be an object of strings, and '\(tensor)' breaks that")
          }
          let file = try parser.string()
          guard file.hasSuffix(".safetensors"), file.utf8.allSatisfy({ $0 > 0x20 && $0 != UInt8(ascii: "/") }) else {
            throw error("weight_map names '\(file)', which is no safetensors file of this folder")
          }
          guard names.insert(tensor).inserted else { throw error("weight_map names tensor '\(tensor)' twice") }
          guard entries.count < Self.mostTensors else {
            throw error("lists more than \(Self.mostTensors) tensors; it is no model of a supported architecture")
          }
          entries.append((tensor, file))
        }
      }
      try parser.end()
    } catch let failure as JSONParser.Failure {
      throw failure.named(url.path)
    }
    guard hasMap else { throw error("the field 'weight_map' is missing") }
    self.entries = entries
  }
}
