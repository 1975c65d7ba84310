import Core
import Importers
import Testing

@Suite struct InspectTests {
  private let reading: Reading

  init() throws { reading = try Reading() }

  private func sample(
    _ id: String, epoch: Int = 1, content: String = #""right""#,
    scores: String = #"{"match":{"value":"C","answer":"4"}}"#,
    error: String = "null"
  ) -> String {
    #"{"id":"\#(id)","epoch":\#(epoch),"input":[{"role":"system","content":"s"},{"role":"user","content":"Q \#(id)"}],"#
      + #""target":["right"],"output":{"choices":[{"message":{"content":\#(content)},"stop_reason":"max_tokens"}]},"#
      + #""scores":\#(scores),"error":\#(error),"metadata":{"level":"Level 2"},"attachments":{"abc":"right, at length"}}"#
  }

  private func log(_ samples: String..., temperature: String = "0.8") -> String {
    #"{"version":2,"status":"success","eval":{"task":"mine/quiz","model":"m","model_generate_config":{"temperature":"#
      + "\(temperature)}},\"plan\":{},\"samples\":[\(samples.joined(separator: ","))]}"
  }

  @Test func everyKindOfScoreIsRead() async throws {
    let values: [(String, Verdict)] = [
      (#""C""#, Verdict(.correct, extracted: "4")), (#""I""#, Verdict(.incorrect, extracted: "4")),
      (#""P""#, Verdict(.incorrect, extracted: "4")),
      (#""N""#, Verdict(.unparsed, reason: "Inspect's scorer found no answer")),
      ("1.0", Verdict(.correct, extracted: "4")), ("0", Verdict(.incorrect, extracted: "4")),
      ("true", Verdict(.correct, extracted: "4")), ("false", Verdict(.incorrect, extracted: "4")),
      // What is neither right nor wrong is for the task to judge.
      ("0.5", Verdict(.correct)), ("NaN", Verdict(.correct)), (#"{"a":1}"#, Verdict(.correct)),
    ]
    let samples = values.enumerated().map { place, value in
      sample("s\(place)", scores: #"{"match":{"value":\#(value.0),"answer":"4"}}"#)
    }
    let read = try await reading.read([("log.json", log(samples.joined(separator: ",")))])
    #expect(read.samples.map(\.verdict) == values.map(\.1))
    #expect(read.source.judgedByFile == 8)
  }

  @Test func messagesAreReadToTheirText() async throws {
    let parts = #"[{"type":"reasoning","reasoning":"hm"},{"type":"text","text":"right"},{"type":"text","text":"so"}]"#
    let read = try await reading.read([
      (
        "log.json",
        log(sample("a", content: parts), sample("b", content: #""attachment://abc""#), sample("c", epoch: 3))
      )
    ])
    #expect(read.samples.map(\.completion.text) == ["right\nso", "right, at length", "right"])
    #expect(read.samples.map(\.completion.sampleIndex) == [0, 0, 2])
    #expect(read.samples.allSatisfy { $0.completion.finishReason == .length && $0.completion.decoding == .sampled })
    #expect(
      read.problems.first
        == Problem(id: "quiz/a", task: "quiz", question: "Q a", reference: "right", group: "Level 2"))
  }

  @Test func failedSamplesAreCounted() async throws {
    let read = try await reading.read([
      ("log.json", log(sample("a"), sample("b", error: #"{"message":"out of memory"}"#), temperature: "0"))
    ])
    #expect(read.lines == ["quiz/a 0 greedy correct right"])
    #expect(read.source.failedRows == 1 && read.source.problemsWithoutGreedy == 1)
    #expect(
      await reading.message([("log.json", log(sample("b", error: #"{"message":"x"}"#)))])
        == "log.json: holds no answers: all its 1 rows failed; sample again")
    #expect(
      await reading.message([("log.json", log())])
        == "log.json: holds no samples; take a log that was written with them")
  }

  @Test func numbersOfInspectsOwnAreNotIDs() async throws {
    let problems = [Reading.problem("1", question: "Q 2"), Reading.problem("2", question: "Q 1")]
    let text = log(sample("1"), sample("2"))
    let named = try await reading.read([("log.json", text)], problems: problems)
    #expect(named.samples.map(\.completion.problemID) == ["1", "2"])
    let numbered = text.replacing(#""model":"m""#, with: #""dataset":{"sample_ids":[1,2]}"#)
    let matched = try await reading.read([("log.json", numbered)], problems: problems)
    #expect(matched.samples.map(\.completion.problemID) == ["2", "1"])
  }

  @Test func anEpochThatOccursTwiceIsRefused() async throws {
    #expect(
      await reading.message([("log.json", log(sample("a"), sample("a")))])
        == "log.json: sample 2: the sampled sample 0 of problem 'quiz/a' is that of another in this file too; give every "
        + "sample of a problem its own sample_index")
    #expect(
      await reading.message([("log.json", log(sample("a")))], ImportOptions(scorer: "judge"))
        == "log.json: sample 1: has no scores of 'judge'; choose one of its own with --scorer: match")
  }
}
