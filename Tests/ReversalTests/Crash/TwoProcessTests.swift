import Foundation
import Testing

/// Two processes never work on one thing, and the second names the first.
@Suite struct TwoProcessTests {
  @Test func aSecondProcessOnARunIsRefusedAndNamesTheFirst() throws {
    let run = try TinyRun("sft")
    let reference = try run.reference()
    let first = try run.start("run")
    // Stopped, it holds what it holds for as long as the test takes.
    first.wait { FileManager.default.fileExists(atPath: run.folder("run").path + "/checkpoints") }
    first.send(SIGSTOP)
    for second in [["resume", run.folder("run").path], ["resume", run.folder("run").path, "--threads", "1"]] {
      let result = try CommandLineTool.run(second)
      #expect(result.status == 2)
      #expect(
        result.errors
          == "reversal: \(run.folder("run").path): process \(first.identifier) is working on this run; wait for it or end "
          + "it first\n")
    }
    let status = try CommandLineTool.run(["status", run.folder("run").path, "--json"])
    #expect(status.status == 0 && status.output.contains("\"process\":\(first.identifier)"), "\(status.output)")
    first.send(SIGCONT)
    #expect(try first.end().status == 0)
    #expect(try run.differences("run", from: reference) == [])
  }

  @Test func twoRunsBegunAtOnceInOneFolderAreOneRun() throws {
    let run = try TinyRun("sft")
    let reference = try run.reference()
    for round in 0..<(CrashTests.isLong ? 30 : 3) {
      let name = "round-\(round)"
      // Seeds differ, so that a mixture of the two would be neither.
      let both = try [try run.start(name), run.start(name, seed: 77)]
      let endings = try both.map { try $0.end() }
      #expect(endings.map(\.status).sorted { ($0 ?? 9) < ($1 ?? 9) } == [0, 2], "\(endings.map(\.summary))")
      for ending in endings where ending.status == 2 {
        let isNamed = ending.errors.contains("is working on this run") || ending.errors.contains("nothing was changed")
        #expect(isNamed && ending.errors.split(separator: "\n").count == 1, "\(ending.errors)")
      }
      if endings[0].status == 0 {
        #expect(try run.differences(name, from: reference) == [])
      } else {
        #expect(try CommandLineTool.run(["status", run.folder(name).path, "--json"]).output.contains("\"seed\":77"))
        try FileManager.default.removeItem(at: run.folder(name))
      }
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: run.runs.path) == ["reference"])
  }

  @Test func aSecondTrainingToOneFolderIsRefusedAndNamesTheFirst() throws {
    let training = try TinyTraining()
    let first = try training.start("out")
    first.wait { FileManager.default.fileExists(atPath: training.output("out.training").path) }
    first.send(SIGSTOP)
    let second = try training.start("out", resumes: true).end()
    #expect(second.status == 2)
    #expect(
      second.errors
        == "reversal: \(training.output("out").path): process \(first.identifier) is training to it; wait for it, or choose "
        + "another --out\n")
    first.send(SIGCONT)
    #expect(try first.end().status == 0)
    #expect(try FileManager.default.contentsOfDirectory(atPath: training.outputs.path) == ["out"])
  }
}
