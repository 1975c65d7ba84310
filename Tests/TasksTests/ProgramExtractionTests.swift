import Core
import Sandbox
import Tasks
import Testing

struct ProgramExtractionTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let completion: String
    let names: [String]
    let program: String?

    init(_ description: String, _ completion: String, names: [String] = [], _ program: String?) {
      testDescription = description
      self.completion = completion
      self.names = names
      self.program = program
    }
  }

  private static let f = "def f(x):\n    return x\n"

  static let rows: [Row] = [
    Row("bare", f, f),
    Row("bare, as a list of imports first", "import math\n\nPI = 3\n\n\n" + f, "import math\n\nPI = 3\n\n\n" + f),
    Row("fenced", "Here:\n```python\n\(f)```\nDone.", f),
    Row("fenced without language", "Here:\n\n```\n\(f)```", f),
    Row("tildes and capitals", "~~~ Python\n\(f)~~~", f),
    Row("carriage returns", "Sure!\r\n```python\r\ndef f(x):\r\n    return x\r\n```\r\n", f),
    Row("the fence is cut off", "Here:\n```python\n" + f, f + "\n"),
    Row("the prompt opened the fence", "\(f)```\nThis returns x.", f),
    Row("indented in a list", "1. So:\n   ```python\n   def f(x):\n       return x\n   ```\n", f),
    Row(
      "usage after the program", "```python\n\(f)```\nUse it:\n```python\nprint(f(1))\n```\nOutput:\n```text\n1\n```", f
    ),
    Row("a correction comes last", "```python\ndef f(x): return 0\n```\nNo:\n```python\n\(f)```", f),
    Row(
      "the block that defines the name", "```python\n\(f)```\nTests:\n```python\ndef test():\n  assert f(1)\n```",
      names: ["f"], f),
    Row("another language", "```bash\npip install x\n```\n\(f)", f),
    Row("fence marks in a string", "```python\ns = '''\n```x\n'''\n\(f)```", "s = '''\n```x\n'''\n" + f),
    Row("official prompt", "[BEGIN]\n\(f)[DONE]\n\nYou are an expert…", f),
    Row("official prompt, begun before", "\(f)[DONE]\n[BEGIN]\ndef g(): pass\n[DONE]", f),
    Row("thoughts", "<think>```python\ndef f(x): return 0\n```</think>```python\n\(f)```", f),
    Row("prose around bare code", "The function returns x.\n\n\(f)\nIt returns x, as asked.", f),
    Row("prose with colons", "Here is the code:\n\(f)\nNote: for x = 0, it is 0.", f),
    Row("decorator and class", "@cache\n\(f)\nclass A:\n    pass\n", "@cache\n\(f)\nclass A:\n    pass\n"),
    Row(
      "prose in a docstring", "def f(x):\n    '''\nReturns x.\n'''\n    return x\n",
      "def f(x):\n    '''\nReturns x.\n'''\n    return x\n"),
    Row("constants before the program", "R = 3\nlow, high = 0, 1\n\n\(f)", "R = 3\nlow, high = 0, 1\n\n" + f),
    Row("constants over several lines", "T = [\n  1,\n  2,\n]\n# Of x.\n\(f)", "T = [\n  1,\n  2,\n]\n# Of x.\n" + f),
    Row("prose with an equals sign", "Let n = number of items.\n\nn = number of items\n\(f)", f),
    Row("lambda", "The answer:\nf = lambda x: x\n", "f = lambda x: x\n"),
    Row("refusal", "I cannot write that function.", nil),
    Row("an import alone", "import this", nil),
    Row("empty", "", nil),
    Row("white space", " \n\n\t", nil),
    Row("empty fence", "```python\n```", nil),
    Row("prose that begins as Python does", "from here it is clear that def is a keyword.", nil),
  ]

  @Test(arguments: rows)
  func programInCompletion(row: Row) {
    let found = ProgramExtraction.program(in: row.completion, defining: row.names)
    // Blank lines at the end mean nothing.
    #expect(found.map(trimmed) == row.program.map(trimmed))
  }

  private static let prompt =
    "import math\n\n\ndef helper():\n    return 1\n\n\ndef f(x):\n    \"\"\"Returns x.\"\"\"\n"

  static let continuations: [Row] = [
    Row("the body", "    return x\n", prompt + "    return x\n"),
    Row(
      "the body without its first spaces", "if x:\n        return x\n    return 0",
      prompt
        + "    if x:\n        return x\n    return 0"),
    Row("the body without any indentation", "y = x\nreturn y", prompt + "    y = x\n    return y"),
    Row("prose after the body", "    return x\n\nThis function returns x.", prompt + "    return x"),
    Row("fenced body", "```python\n    return x\n```", prompt + "    return x"),
    Row("whole function", "Sure:\n```python\n\(f)```", prompt + "\n" + f),
    Row("whole function, bare", f, prompt + "\n" + f),
    Row(
      "a helper after the body", "    return g(x)\n\ndef g(x):\n    return x",
      prompt + "    return g(x)\n\ndef g(x):\n    return x"),
    Row("nothing", "\n\n", nil),
  ]

  @Test(arguments: continuations)
  func programContinuingAPrompt(row: Row) {
    let found = ProgramExtraction.program(in: row.completion, continuing: Self.prompt, defining: "f")
    #expect(found.map(trimmed) == row.program.map(trimmed))
  }

  /// Hostile text costs time in proportion to its length, and nothing else.
  @Test(arguments: [
    "`", "```\n", "'''", "def f(", "\n", "[BEGIN]", "</think>", "    ", "é\r\n", "a = lambda", "\u{2028}x",
  ])
  func anyTextIsRead(piece: String) {
    let text = String(repeating: piece, count: 200_000 / piece.utf8.count)
    let start = ContinuousClock.now
    _ = ProgramExtraction.program(in: text, defining: ["f"])
    _ = ProgramExtraction.program(in: text, continuing: Self.prompt, defining: "f")
    #expect(ContinuousClock.now - start < .seconds(8))
  }

  @Test func aCompletionOfMoreThanAMegabyteHoldsNoProgram() {
    let text = "def f(): pass\n" + String(repeating: "#", count: 1 << 20)
    #expect(ProgramExtraction.program(in: text) == nil)
    #expect(ProgramExtraction.program(in: text, continuing: "", defining: "f") == nil)
  }

  private func trimmed(_ text: String) -> Substring {
    var text = text[...]
    while text.last?.isWhitespace ?? false { text = text.dropLast() }
    return text
  }
}

struct PassedTestCountsTests {
  @Test func programsAreCountedByTheTestsThatTheyPassed() {
    var counts = PassedTestCounts()
    for (outcome, passed, count) in [
      (Verdict.Outcome.correct, 3, 3), (.incorrect, 2, 3), (.timeout, 2, 3), (.incorrect, 0, 1),
    ] {
      counts.add(Verdict(outcome, tests: Verdict.Tests(passed: passed, count: count)))
    }
    counts.add(Verdict(.error))
    counts.add(Verdict(.unparsed))
    #expect(counts.rows.map(\.testCount) == [1, 3])
    #expect(counts.rows.map(\.programCounts) == [[1, 0], [0, 0, 2, 1]])
    #expect(
      counts.text == """
        programs by tests passed
        of 1: 0 passed 1, all 0
        of 3: 0 passed 0, 1 passed 0, 2 passed 2, all 1

        """)
  }
}

@Suite(.enabled(if: ProgramCorpus.canRun, "bubblewrap is not installed here"))
struct ProgramVerifierTests {
  private static let problem = Problem(id: "1", task: "mbpp", question: "Double x.", reference: "")
  private static let verifier = ProgramVerifier(programs: ProgramCorpus.judge) { problem in
    problem.id == "1" ? ProgramVerifier.Question(tests: ProgramTests(tests: ["assert twice(4) == 8"])) : nil
  }

  @Test(arguments: [
    ("```python\ndef twice(x):\n    return 2 * x\n```", Verdict.Outcome.correct),
    ("def twice(x): return x", .incorrect), ("No.", .unparsed), ("```python\nthis is prose\n```", .incorrect),
  ])
  func verdictOfACompletion(completion: String, outcome: Verdict.Outcome) async {
    let verdict = await Self.verifier.judge(completion: completion, problem: Self.problem)
    #expect(verdict.outcome == outcome)
    #expect((verdict.extracted == nil) == (outcome == .unparsed))
  }

  @Test func aProblemWithoutTestsIsAnError() async {
    let problem = Problem(id: "2", task: "mbpp", question: "", reference: "")
    #expect(await Self.verifier.judge(completion: "def f(): pass", problem: problem).outcome == .error)
  }
}
