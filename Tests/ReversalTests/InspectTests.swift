import Engines
import Foundation
import TestSupport
import Testing

@Suite struct InspectTests {
  private struct Row: Decodable {
    let supported: Bool
    let reason: String?
    let architecture: String?
    let parameters: Int?
    let elementTypes: [String]
    let layers: Int?
    let memoryFullFineTuning: Int?
    let tokenizer: String?
  }

  private func row(_ folder: String) throws -> Row {
    let result = try CommandLineTool.run(["inspect", "--json", folder])
    #expect(result.status == 0, "\(result.errors)")
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(Row.self, from: Data(result.output.utf8))
  }

  @Test func theModelThatShipsWithTheProgram() throws {
    let folder = try EmbeddedModel.folder.path
    let row = try row(folder)
    #expect(row.supported && row.reason == nil && row.architecture == "LlamaForCausalLM" && row.layers == 4)
    let parameters = try #require(row.parameters)
    #expect(row.elementTypes == ["BF16"] && row.memoryFullFineTuning == 16 * parameters)
    #expect(row.tokenizer?.hasPrefix("tokenizer.json, ") == true)
    let table = try CommandLineTool.run(["inspect", folder])
    #expect(table.status == 0)
    #expect(table.output.contains("supported               yes\n"))
    #expect(table.output.contains("parameters              \(parameters) (BF16)\n"))
  }

  /// What cannot be run is described all the same.
  @Test func aModelThatIsNotSupportedHasItsReason() throws {
    let folder = try TemporaryFolder()
    _ = try folder.file("config.json", #"{"model_type": "gpt2", "architectures": ["GPT2LMHeadModel"]}"#)
    let row = try row(folder.url.path)
    #expect(!row.supported && row.architecture == "GPT2LMHeadModel" && row.layers == nil && row.parameters == nil)
    #expect(try #require(row.reason).contains("architecture 'GPT2LMHeadModel' is not supported"))
    let table = try CommandLineTool.run(["inspect", folder.url.path])
    #expect(table.status == 0 && table.output.hasPrefix("supported               no ("))
    #expect(table.output.contains("tokenizer               none ("))
  }

  @Test func whatIsNoModelFolderIsBadInput() throws {
    let folder = try TemporaryFolder()
    for path in [folder.url.path, folder.path("absent"), try folder.file("a file", "")] {
      let result = try CommandLineTool.run(["inspect", path])
      #expect(result.status == 2 && result.output.isEmpty)
      #expect(
        result.errors
          == "reversal: \(path): is no model folder: it has no config.json; give one in the Hugging Face layout\n")
    }
  }

  #if os(Linux)
    /// The largest header that is read at all, filled with what would take most memory.
    @Test(
      .disabled(if: Sanitizer.isOn, "a sanitizer takes terabytes of addresses"),
      arguments: ["0,", "[],", "{},", "\"\","])
    func aBombIsRefusedInBoundedMemory(element: String) throws {
      let folder = try TemporaryFolder()
      _ = try folder.file(
        "config.json",
        #"{"model_type": "llama", "vocab_size": 8, "hidden_size": 8, "intermediate_size": 8, "#
          + #""num_hidden_layers": 1, "num_attention_heads": 1}"#)
      let list = String(repeating: element, count: 24_000_000 / element.utf8.count)
      let header = Data(#"{"a":{"dtype":"F32","shape":[\#(list)0],"data_offsets":[0,4]}}"#.utf8)
      let length = Data((0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) })
      try (length + header).write(to: folder.url.appending(path: "model.safetensors"))
      let process = Process()
      process.executableURL = URL(filePath: "/bin/sh")
      // Address space in KiB: most of it is the program's own libraries.
      process.arguments = [
        "-c", "ulimit -v 1000000; exec \"$0\" inspect \"$1\"", CommandLineTool.program.path, folder.url.path,
      ]
      let output = Pipe()
      process.standardOutput = output
      try process.run()
      let text = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
      process.waitUntilExit()
      #expect(process.terminationStatus == 0 && text.hasPrefix("supported               no ("))
      #expect(text.contains("'a.shape' must be a list of at most 8 whole numbers"))
    }
  #endif
}
