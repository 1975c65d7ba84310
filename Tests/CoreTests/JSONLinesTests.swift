import Core
import Foundation
import Testing

@Suite struct JSONLinesTests {
  private func problems(_ text: String) throws -> [Problem] {
    try JSONLines.decode(Problem.self, from: Data(text.utf8), name: "p.jsonl").map(\.row)
  }

  @Test func readsRowsAndSkipsBlankLines() throws {
    let rows = try problems(
      """
      {"id":"a","task":"gsm8k","question":"?","reference":"1","group":3,"unknown":[1]}

      {"id":7,"task":"gsm8k","question":"é","reference":"2","group":"Level 5"}

      """)
    #expect(rows.map(\.id.rawValue) == ["a", "7"])
    #expect(rows.map(\.group) == ["Level 3", "Level 5"])
  }

  @Test(arguments: [
    (#"{"id":"a","task":"gsm8k","question":"?"}"#, "p.jsonl:2: the field 'reference' is missing; add it"),
    (
      #"{"id":"a","task":1,"question":"?","reference":"2"}"#,
      "p.jsonl:2: the field 'task' is not a String; change its value"
    ),
    (#"{"id":"a","#, "p.jsonl:2: not a JSON object; each line must be one complete JSON object in UTF-8"),
  ])
  func aBadLineIsNamed(line: String, message: String) throws {
    let good = #"{"id":"b","task":"gsm8k","question":"?","reference":"2"}"#
    let error = #expect(throws: InputError.self) { try problems(good + "\n" + line + "\n") }
    #expect(error?.description == message)
  }

  @Test func aMissingFileIsNamed() {
    let error = #expect(throws: InputError.self) {
      try JSONLines.read(Problem.self, from: URL(filePath: "/nonexistent/p.jsonl"))
    }
    #expect(error?.description.hasPrefix("/nonexistent/p.jsonl: cannot be read: no such file") == true)
  }

  @Test func aCompletionKeepsItsPublicNames() throws {
    let completion = Completion(problemID: "q", sampleIndex: 2, decoding: .sampled, text: "a/b", finishReason: .length)
    #expect(
      try JSONLines.line(completion)
        == #"{"completion":"a/b","decoding":"sampled","finish_reason":"length","problem_id":"q","sample_index":2}"#)
  }
}
