import Core
import Foundation
import Tasks
import Testing

@Suite struct PromptBuilderTests {
  private let training = (0..<20).map {
    Problem(id: ProblemID("t\($0)"), task: "gsm8k", question: "What is \($0)+1?", reference: "#### \($0 + 1)")
  }

  @Test func zeroShotIsTheTasksOwnPrompt() throws {
    let builder = PromptBuilder(task: GSM8KTask())
    #expect(try builder.prompt(for: "How many?") == "Question: How many?\nAnswer:")
    #expect(builder.goldCompletion(for: training[0]) == " #### 1")
  }

  @Test func examplesComeFromTheTrainingSplitAndTheSeed() throws {
    let shots = try PromptBuilder.Shots(3, from: training, of: GSM8KTask(), seed: 5)
    let builder = PromptBuilder(task: GSM8KTask(), shots: shots)
    let prompt = try builder.prompt(for: "How many?")
    let examples = shots.drawn.prefix(3)
    #expect(
      prompt == examples.map { "Question: \($0.question)\nAnswer: \($0.reference)\n\n" }.joined()
        + "Question: How many?\nAnswer:")
    #expect(try PromptBuilder.Shots(3, from: training, of: GSM8KTask(), seed: 5).drawn == shots.drawn)
    #expect(try PromptBuilder.Shots(3, from: training, of: GSM8KTask(), seed: 6).drawn != shots.drawn)
    #expect(Set(shots.drawn.map(\.id)).count == 4)
  }

  @Test func aTrainingQuestionIsNotShownItsOwnAnswer() throws {
    let shots = try PromptBuilder.Shots(2, from: training, of: GSM8KTask(), seed: 5)
    let builder = PromptBuilder(task: GSM8KTask(), shots: shots)
    for problem in training {
      let prompt = try builder.prompt(for: problem.question)
      #expect(prompt.components(separatedBy: problem.question).count == 2)
      #expect(prompt.components(separatedBy: "Question:").count == 4)
    }
  }

  @Test func tooFewTrainingProblemsAreRefused() {
    let error = #expect(throws: InputError.self) {
      try PromptBuilder.Shots(20, from: training, of: GSM8KTask(), seed: 5)
    }
    #expect(error?.message.hasPrefix("20 examples a prompt need a training split of 21 problems or more") == true)
  }

  @Test func aConversationHoldsTheExamplesAsTurns() throws {
    let shots = try PromptBuilder.Shots(1, from: training, of: GSM8KTask(), seed: 5)
    let builder = PromptBuilder(task: SVAMPTask(), shots: shots, system: "Be brief.") { turns in
      turns.map { "\($0.role): \($0.content)" }.joined(separator: "\n")
    }
    let example = shots.drawn[0]
    #expect(
      try builder.prompt(for: "How many?")
        == "system: Be brief.\nuser: \(example.question)\nassistant: \(example.reference)\nuser: How many?")
    #expect(builder.goldCompletion(for: example) == example.reference)
  }
}
