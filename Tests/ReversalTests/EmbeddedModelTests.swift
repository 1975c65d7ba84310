import Engines
import Foundation
import Testing

/// Filters and training on the model that ships with the program.
@Suite struct EmbeddedModelTests {
  private let model: String
  private static let decoder: JSONDecoder = {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return decoder
  }()
  private let prompts = """
    {"id":"p","prompt":"Question: Amy has 12 pens. She buys 5 more. How many pens does Amy have now?\\nAnswer:"}
    {"id":"q","prompt":"Question: Ben has 20 cups. He loses 6 cups. How many cups does Ben have now?\\nAnswer:"}

    """

  init() throws { model = try EmbeddedModel.folder.path }

  @Test func sampleGivesTheSameBytesForAnyThreadsAndBatchSize() throws {
    func sample(_ more: String...) throws -> String {
      let result = try CommandLineTool.run(
        ["sample", "--model", model, "--n", "4", "--max-tokens", "60", "--seed", "3"] + more, input: prompts)
      #expect(result.status == 0, "\(result.errors)")
      return result.output
    }
    let expected = try sample("--threads", "1")
    #expect(expected.split(separator: "\n").count == 8)
    #expect(expected.contains("\"finish_reason\":\"stop\""))
    #expect(try sample("--threads", "2", "--batch-size", "3") == expected)
    #expect(try sample("--threads", "2", "--batch-size", "1") == expected)
  }

  @Test func logprobsOfASampleEqualItsOwn() throws {
    let sampled = try CommandLineTool.run(
      ["sample", "--model", model, "--greedy", "--max-tokens", "60"], input: prompts)
    struct Sample: Decodable {
      let completion: String
      let tokenCount: Int
    }
    let line = try #require(sampled.output.split(separator: "\n").first)
    let sample = try Self.decoder.decode(Sample.self, from: Data(line.utf8))
    struct Row: Encodable {
      let prompt = "Question: Amy has 12 pens. She buys 5 more. How many pens does Amy have now?\nAnswer:"
      let completion: String
    }
    struct Score: Decodable {
      let tokenCount: Int
      let logProbability: Double
      let tokenLogProbabilities: [Double]
    }
    let input = String(decoding: try JSONEncoder().encode(Row(completion: sample.completion)), as: UTF8.self)
    let result = try CommandLineTool.run(["logprobs", "--model", model], input: input + "\n")
    let score = try Self.decoder.decode(Score.self, from: Data(result.output.utf8))
    // The sample's count includes its end-of-sequence token, which a score does not add.
    #expect(score.tokenCount == sample.tokenCount - 1)
    #expect(abs(score.tokenLogProbabilities.reduce(0, +) - score.logProbability) < 1e-9)
    #expect(score.logProbability < 0)
  }

  @Test func tokenizeAndBack() throws {
    let ids = try CommandLineTool.run(["tokenize", "--model", model], input: "{\"text\":\"Amy has 120 pens. é\"}\n")
    #expect(ids.status == 0)
    let text = try CommandLineTool.run(["tokenize", "--model", model, "--decode"], input: ids.output)
    #expect(text.output == "{\"text\":\"Amy has 120 pens. é\"}\n")
  }

  @Test func trainingWritesAFolderOrNothing() throws {
    let folder = try TemporaryFolder()
    let rows = try folder.file(
      "rows.jsonl",
      (0..<20).map { "{\"prompt\":\"Question: \($0)?\\nAnswer:\",\"completion\":\" #### \($0)\"}" }.joined(
        separator: "\n"))
    let arguments = ["--model", model, "--epochs", "2", "--learning-rate", "1e-3", "--seed", "1"]
    let trained = try CommandLineTool.run(["train", "sft", "--data", rows, "--out", folder.path("M1")] + arguments)
    #expect(trained.status == 0, "\(trained.errors)")
    #expect(trained.output.contains("final_loss"))
    let sampled = try CommandLineTool.run(
      ["sample", "--model", folder.path("M1"), "--max-tokens", "5"],
      input: "{\"id\":1,\"prompt\":\"Question: 3?\\nAnswer:\"}\n")
    #expect(sampled.status == 0, "\(sampled.errors)")
    let again = try CommandLineTool.run(["train", "sft", "--data", rows, "--out", folder.path("M1")] + arguments)
    #expect(again.status == 2 && again.errors.contains("exists already"))
    let pairs = try folder.file("pairs.jsonl", "{\"prompt\":\"Question:\",\"chosen\":\" a\"}\n")
    let broken = try CommandLineTool.run(["train", "dpo", "--data", pairs, "--out", folder.path("M2")] + arguments)
    #expect(broken.status == 2 && broken.errors.contains("pairs.jsonl:1: the field 'rejected' is missing"))
    #expect(!FileManager.default.fileExists(atPath: folder.path("M2")))
  }
}
