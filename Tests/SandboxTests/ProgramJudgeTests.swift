import Foundation
import Sandbox
import Testing

@Suite(.serialized, .enabled(if: TestSandbox.isAvailable, "bubblewrap is not installed here"))
struct ProgramJudgeTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let program: String
    let tests: [String]
    let setup: String
    let entryPoints: [String]
    let outcome: ProgramReport.Outcome
    let passed: Int
    /// What the reason must hold.
    let reason: String

    init(
      _ description: String, _ program: String, _ tests: [String], setup: String = "", entryPoints: [String] = [],
      _ outcome: ProgramReport.Outcome, _ passed: Int, _ reason: String = ""
    ) {
      testDescription = description
      self.program = program
      self.tests = tests
      self.setup = setup
      self.entryPoints = entryPoints
      self.outcome = outcome
      self.passed = passed
      self.reason = reason
    }
  }

  static let rows: [Row] = [
    Row("plain", "def f(x): return x + 1", ["assert f(1) == 2", "assert f(-1) == 0"], .correct, 2),
    Row(
      "one of three", "def f(x): return 4", ["assert f(1) == 1", "assert f(2) == 4", "assert f(3) == 9"], .incorrect, 1,
      "assert f(1) == 1: the program gave 4"),
    Row("carriage returns", "def f(x):\r\n    return x\r\n", ["assert f(1) == 1\r"], .correct, 1),
    Row("no such function", "def g(x): return x", ["assert f(1) == 1"], .incorrect, 0, "name 'f' is not defined"),
    Row("error", "def f(x): return 1 / 0", ["assert f(1) == 1"], .incorrect, 0, "ZeroDivisionError"),
    Row("error while loaded", "import nothing_of_this_name", ["assert f(1) == 1"], .incorrect, 0, "nothing_of_this"),
    Row("syntax error", "def f(x) return x", ["assert f(1) == 1"], .incorrect, 0, "SyntaxError"),
    Row("empty", "", ["assert f(1) == 1"], .incorrect, 0, "'f'"),
    Row("null character", "x = '\0'", ["assert f(1) == 1"], .incorrect, 0),
    Row("no tests", "def f(x): return x", [], .error, 0, "no tests"),
    Row("tests that are no Python", "def f(x): return x", ["assert f(1) =="], .error, 0, "cannot be read"),
    Row("setup of a missing module", "def f(x): return x", ["assert f(1) == 1"], setup: "import numpy_x", .error, 0),
    // Forms of tests.
    Row("not", "def f(x): return []", ["assert not f(1)", "assert f(1) == []"], .correct, 2),
    Row("is", "def f(x): return None", ["assert f(1) is None", "assert f(1) is not True"], .correct, 2),
    Row(
      "close", "def f(r): return 3.14159 * r", ["assert math.isclose(f(2), 6.283, rel_tol=0.001)"],
      setup: "import math", .correct, 1),
    Row("module without import", "def f(x): return x", ["assert f(2) == math.sqrt(4)"], .correct, 1),
    Row(
      "the program's math is not the tests'", "class math:\n  sqrt = int\ndef f(x): return 4",
      ["assert f(2) == math.sqrt(4)"], .incorrect, 0),
    Row(
      "sets", "def f(x): return [2, 1, 2]", ["assert set(f(0)) == {1, 2}", "assert sorted(f(0)) == [1, 2, 2]"],
      .correct, 2),
    Row(
      "named as a builtin", "def sum(a, b): return a - b", ["assert sum(5, 3) == 2", "assert sum(1, 1) == 0"],
      .correct, 2),
    Row(
      "builtin around the call", "def f(x): return 7.9", ["assert int(f(1)) == 7", "assert len(str(f(1))) == 3"],
      .correct, 2),
    Row(
      "types as arguments", "def f(t, k): return [x for x in t if type(x) is not k]",
      ["assert f((1, 'a', 2.0), str) == [1, 2.0]", "assert f((1, 2.0), float) == [1]"], .correct, 2),
    Row("keyword arguments", "def f(a, *, b=1): return a * b", ["assert f(2, b=3) == 6"], .correct, 1),
    Row(
      "expected error", "def f(x): raise ValueError('no')",
      ["try:\n  f(1)\n  assert False\nexcept ValueError as e:\n  assert str(e) == 'no'"], .correct, 1),
    Row(
      "an error does not end the tests' loop", "def f(x): raise StopIteration",
      ["assert all(map(f, [1, 2]))", "assert list(map(f, [1, 2])) == []"], .incorrect, 0, "StopIteration"),
    Row(
      "tests that print and warn", "def f(x): return x",
      ["print('failed' * 9999, flush=True)\nassert f(1) is 1 or '\\d'", "import sys\nprint('error', file=sys.stderr)"],
      .correct, 2),
    Row(
      "expected error is absent", "def f(x): return 1",
      ["try:\n  f(1)\n  assert False, 'no error'\nexcept ValueError:\n  pass"], .incorrect, 0),
    Row(
      "objects of the program's class",
      "class Node:\n  def __init__(self, v):\n    self.v, self.next = v, None\n"
        + "def total(n):\n  return n.v + (total(n.next) if n.next else 0)",
      ["assert total(a) == 3", "assert a.next.v == 2", "assert isinstance(a.v, int)"],
      setup: "a = Node(1)\na.next = Node(2)", .correct, 3),
    Row(
      "objects of the program's class are not compared",
      "class P:\n  def __eq__(self, o): return True\ndef f(): return P()", ["assert f() == 5", "assert P() == P()"],
      .incorrect, 0, "its own class"),
    Row(
      "the tests' own function", "def f(x): return x * 2",
      ["check(f)"],
      setup: "def check(candidate):\n  for i in range(5):\n    assert candidate(i) == twice(i)\n"
        + "def twice(i):\n  return 2 * i", entryPoints: ["f"], .correct, 1),
    Row(
      "a helper of the tests' that the program defines anew",
      "def distance(a, b): return 0\ndef f(x): return 100", ["assert distance(f(1), 1) == 0"],
      setup: "def distance(a, b):\n  return abs(a - b)", entryPoints: ["f"], .incorrect, 0),
    Row(
      "function passed to the program", "def f(g): return g(1)", ["assert f(lambda x: x) == 1"], .incorrect, 0,
      "cannot be handed"),
    Row(
      "imports of the setup are the program's too", "def f(r): return math.floor(r)", ["assert f(2.5) == 2"],
      setup: "import math", .correct, 1),
    // Values.
    Row(
      "values come back as they are",
      "def f(x): return x",
      [
        "for v in [None, True, 0, -5, 10**400, 1.5, float('inf'), 1j, '', 'é\\ud800\\n', b'\\x00', (), (1,), [[]], "
          + "{1: [2]}, {(1, 2)}, frozenset([1]), range(3), bytearray(b'a')]:\n"
          + "  w = f(v)\n  assert w == v and type(w) is type(v), v",
        "assert f(float('nan')) != f(float('nan'))",
        "assert str(f(-0.0)) == '-0.0'",
        "assert list(f({2: 0, 1: 0})) == [2, 1]",
      ], .correct, 4),
    Row(
      "types of the standard library",
      "import collections, decimal, fractions, datetime\n"
        + "def f():\n  return [collections.Counter('aab'), collections.OrderedDict(b=1), collections.deque([1], 2), "
        + "decimal.Decimal('1.50'), fractions.Fraction(1, 3), datetime.date(2020, 1, 2), collections.defaultdict(int)]\n"
        + "def keys(): return {1: 2}.keys()\n"
        + "Point = collections.namedtuple('Point', 'x y')\ndef point(): return Point(1, 2)",
      [
        "assert f()[0] == {'a': 2, 'b': 1}", "assert f()[1] == {'b': 1}", "assert list(f()[2]) == [1]",
        "assert f()[3] == 1.5 and f()[4] * 3 == 1", "assert f()[5].year == 2020", "assert f()[6] == {}",
        "assert keys() == {1}", "assert point() == (1, 2)",
      ], .correct, 8),
    Row(
      "an iterator is not a list, but can be walked", "def f(): return map(abs, [-1, 2])",
      ["assert list(f()) == [1, 2]", "assert f() == [1, 2]"], .incorrect, 1),
    Row(
      "the order of sets does not vary", "def f(): return list({'a', 'b', 'c', 'd', 'e'})",
      ["assert f() == list({'a', 'b', 'c', 'd', 'e'})"], .correct, 1),
    Row(
      "random numbers do not vary", "import random\ndef f(): return random.random()",
      ["assert f() == 0.8444218515250481"], .correct, 1),
    Row(
      "not the main program", "def f(): return __name__\nif __name__ == '__main__': raise SystemExit",
      ["assert f() == 'solution'"], .correct, 1),
    Row(
      "data classes", "from dataclasses import dataclass\n@dataclass\nclass A:\n  x: 'int' = 1\ndef f(): return A().x",
      ["assert f() == 1"], .correct, 1),
    Row(
      "threads",
      "import threading\ndef f():\n  r = []\n  t = threading.Thread(target=r.append, args=(1,))\n"
        + "  t.start(); t.join()\n  return r", ["assert f() == [1]"], .correct, 1),
    Row(
      "asynchronous", "import asyncio\nasync def g(): return 1\ndef f(): return asyncio.run(g())",
      ["assert f() == 1"], .correct, 1),
    Row(
      "files in its folder", "def f():\n  open('x', 'w').write('1')\n  return open('/tmp/x').read()",
      ["assert f() == '1'"], .correct, 1),
  ]

  @Test(arguments: rows)
  func programAndTests(row: Row) async {
    let report = await TestSandbox.judge().judge(
      program: row.program, tests: ProgramTests(tests: row.tests, setup: row.setup, entryPoints: row.entryPoints))
    #expect(report.outcome == row.outcome, "\(report)")
    #expect(report.passedTestCount == row.passed, "\(report)")
    #expect(report.testCount == row.tests.count)
    if row.outcome == .correct { #expect(report.firstFailure == nil) }
    #expect(row.reason.isEmpty || (report.firstFailure ?? "").contains(row.reason), "\(report)")
  }

  @Test func reportsComeInTheOrderOfPrograms() async {
    let jobs = (0..<24).map { number in
      let pause = number % 3 == 0 ? "import time; time.sleep(0.2)" : ""
      return ("\(pause)\ndef f(): return \(number % 5)", ProgramTests(tests: ["assert f() == 0"]))
    }
    let reports = await TestSandbox.judge(workerCount: 4).judge(jobs)
    #expect(reports.map(\.outcome) == (0..<24).map { $0 % 5 == 0 ? .correct : .incorrect })
  }

  @Test func timeAndReasonAreReported() async {
    let judge = TestSandbox.judge(ResourceLimits(processorSeconds: 1, wallSeconds: 1.5))
    let busy = await judge.judge(
      program: "def f(x):\n  while x: pass\n  return 0",
      tests: ProgramTests(tests: ["assert f(0) == 0", "assert f(1)"]))
    #expect(busy.outcome == .timeout && busy.passedTestCount == 1 && busy.testCount == 2)
    let good = await judge.judge(program: "def f(): return 0", tests: ProgramTests(tests: ["assert f() == 0"]))
    #expect(good.processorSeconds.map { $0 > 0 && $0 < 1 } ?? false)
    #expect(good.wallSeconds < 1.5)
  }

  @Test func aCancelledTaskKillsItsProgram() async throws {
    let limits = ResourceLimits(processorSeconds: 60, wallSeconds: 60, fileBytes: 4_194_287)
    let judge = ProgramJudge(limits: limits, workerCount: 1)
    let start = ContinuousClock.now
    let task = Task {
      await judge.judge(program: "while True: pass", tests: ProgramTests(tests: ["assert True"]))
    }
    try await Task.sleep(for: .milliseconds(300))
    task.cancel()
    #expect(await task.value.outcome == .timeout)
    #expect(ContinuousClock.now - start < .seconds(20))
    #expect(try await TestSandbox.noProcessIsLeft(marked: 4_194_287))
  }

  @Test func sizesAreBounded() async {
    let judge = TestSandbox.judge()
    let large = await judge.judge(
      program: String(repeating: "#", count: 2 << 20), tests: ProgramTests(tests: ["assert f() == 0"]))
    #expect(large.outcome == .incorrect)
    let tests = await judge.judge(
      program: "def f(): return 0", tests: ProgramTests(tests: [String(repeating: " ", count: 3 << 20)]))
    #expect(tests.outcome == .error)
    let many = await ProgramJudge(workerCount: 1).judge(
      program: "def f(): return 0", tests: ProgramTests(tests: Array(repeating: "assert f() == 0", count: 5000)))
    #expect(many.outcome == .correct && many.passedTestCount == 5000)
  }
}

/// Without bubblewrap: nothing is run unless it is asked for.
struct AvailabilityTests {
  @Test func withoutBubblewrapNothingIsRun() async {
    let judge = ProgramJudge(workerCount: 1, path: "/nowhere")
    let line = #expect(throws: SandboxError.self) { try judge.checkAvailability() }?.description ?? ""
    #expect(line.contains("--unsafe-code-execution"))
    #if os(Linux)
      #expect(line.contains("sudo apt-get install bubblewrap"))
    #endif
    #expect(!line.contains("\n"))
    let report = await judge.judge(program: "def f(): return 0", tests: ProgramTests(tests: ["assert f() == 0"]))
    #expect(report.outcome == .error && report.firstFailure == line && report.passedTestCount == 0)
  }

  @Test func unsafeExecutionJudgesToo() async throws {
    let judge = ProgramJudge(
      isolation: .unsafeNone, limits: ResourceLimits(processorSeconds: 1, wallSeconds: 2), workerCount: 1)
    // There may be no Python at all.
    guard (try? judge.checkAvailability()) != nil else { return }
    let before = try TestSandbox.temporaryFiles()
    let tests = ProgramTests(tests: ["assert f(2) == 4"])
    #expect(await judge.judge(program: "def f(x): return x * x", tests: tests).outcome == .correct)
    #expect(await judge.judge(program: "def f(x): return x", tests: tests).outcome == .incorrect)
    #expect(await judge.judge(program: "import os; os._exit(0)", tests: tests).outcome == .incorrect)
    #expect(await judge.judge(program: "while True: pass", tests: tests).outcome == .timeout)
    let sleeping = await judge.judge(program: "import time; time.sleep(9)", tests: tests)
    #expect(sleeping.outcome == .timeout)
    let writing = "def f(x):\n  open('left', 'w').write('x')\n  return x * x"
    #expect(await judge.judge(program: writing, tests: tests).outcome == .correct)
    #expect(try await TestSandbox.noFileIsLeft(besides: before))
  }
}
