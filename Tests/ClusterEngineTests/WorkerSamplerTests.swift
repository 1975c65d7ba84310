import ClusterEngine
import Core
import Foundation
import Testing

@Suite struct WorkerSamplerTests {
  private let folder = FileManager.default.temporaryDirectory.appending(path: "sampler-\(UUID().uuidString)")

  /// Answers every sample that the prompts' file asks for, with the file's own folder as the text.
  private static let answering: FakeLauncher.Work = { folder, _ in
    struct Row: Decodable {
      let id: String
      let indices: [Int]

      private enum CodingKeys: String, CodingKey {
        case id
        case indices = "sample_indices"
      }
    }
    let rows = try JSONLines.read(Row.self, from: folder.appending(path: "prompts.jsonl")).flatMap { line in
      line.row.indices.map { index in
        #"{"completion":"\#(folder.lastPathComponent)","finish_reason":"stop","id":"\#(line.row.id)","#
          + #""log_probability":-1.5,"sample_index":\#(index),"token_count":2,"token_ids":[7,0]}"# + "\n"
      }
    }
    try FakeLauncher.write(rows.joined(), in: folder)
    return WorkerEnd(.done, reason: "")
  }

  private func sample(_ launcher: FakeLauncher, _ model: URL, seed: UInt64 = 1) async throws -> [Completion] {
    try await WorkerSampler(.ray, launcher: launcher, settings: WorkerSampling(), folder: folder).sample(
      from: Checkpoint(iteration: 1, folder: model),
      prompts: [Prompt(problemID: "a", text: "x"), Prompt(problemID: "b", text: "y")],
      parameters: SamplingParameters(sampleCount: 2, maxTokens: 8, seed: seed, firstSampleIndex: 3), progress: { _ in })
  }

  @Test func answersAreThoseAskedForAndAreKept() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }  // In the temporary folder, whatever becomes of it.
    let model = folder.appending(path: "M1")
    try FileManager.default.createDirectory(at: model, withIntermediateDirectories: true)
    try Data("first".utf8).write(to: model.appending(path: "model.safetensors"))
    let first = try await sample(FakeLauncher(Self.answering), model)
    #expect(first.map { "\($0.problemID) \($0.sampleIndex)" } == ["a 3", "a 4", "b 3", "b 4"])
    #expect(first.allSatisfy { $0.tokenIDs == [7, 0] && $0.logProbability == -1.5 && $0.finishReason == .stop })
    // The same again is there already; another seed, or another model under the same path, is not.
    let none = FakeLauncher()
    #expect(try await sample(none, model) == first)
    #expect(none.attempts == 0)
    let other = try await sample(FakeLauncher(Self.answering), model, seed: 2)
    try Data("second".utf8).write(to: model.appending(path: "model.safetensors"))
    let changed = try await sample(FakeLauncher(Self.answering), model)
    #expect(Set([first, other, changed].map { $0[0].text }).count == 3)
  }

  @Test func otherAnswersThanWereAskedForAreRefused() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }  // In the temporary folder, whatever becomes of it.
    let model = folder.appending(path: "M1")
    try FileManager.default.createDirectory(at: model, withIntermediateDirectories: true)
    let launcher = FakeLauncher({ folder, _ in
      try FakeLauncher.write("", in: folder)
      return WorkerEnd(.done, reason: "")
    })
    await #expect { try await sample(launcher, model) } throws: {
      "\($0)".contains("other answers than were asked for")
    }
  }
}
