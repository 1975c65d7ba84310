import Core
import Engines
import Foundation
import TestSupport
import Testing

extension NativeEngineTests {
  @Test func theEmbeddedSamplerConforms() async throws {
    var expectations = SamplerConformance.Expectations()
    expectations.stop = "#"
    let suite = SamplerConformance(NativeSampler(threads: 2, batchSize: 16), checkpoint: base, expectations)
    let violations = await suite.violations()
    #expect(violations == [])
  }

  @Test func theEmbeddedTrainerConforms() async throws {
    let folder = base.folder.deletingLastPathComponent()
    let suite = TrainerConformance(checkpoint: base, folder: folder) { _ in NativeTrainer(threads: 2) }
    let violations = await suite.violations()
    #expect(violations == [])
  }

  @Test(arguments: [[5, 300], [-1], [Int(Int32.max) + 1]]) func tokensOfAnotherVocabularyAreRefused(ids: [Int])
    async throws
  {
    let rows = TrainingSet.supervised([
      SupervisedRow(problemID: "q", prompt: "Question:", completion: TrainingText(text: " 5", tokenIDs: ids))
    ])
    let error = await #expect(throws: InputError.self) {
      try await NativeTrainer(threads: 1).train(
        rows, from: base, reference: base, settings: TrainingSettings(),
        to: base.folder.deletingLastPathComponent().appending(path: "out"), progress: { _ in })
    }
    #expect(error?.message.hasPrefix("an answer to 'q' has tokens that the model does not have") == true)
  }
}
