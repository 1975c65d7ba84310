import Foundation
import Sandbox
import Testing

@Test func first() async throws {
  let judge = ProgramJudge(workerCount: 2)
  try judge.checkAvailability()
  print(await judge.judge(program: "def f(x): return x + 1", tests: ProgramTests(tests: ["assert f(1) == 2"])))
  print(await judge.judge(program: "def f(x): return x + 1", tests: ProgramTests(tests: ["assert f(1) == 3"])))
}
