import Core
import Dashboard
import Foundation
import RunStore
import Testing

@Suite struct PagesTests {
  @Test func aSingleRunIsTheOverview() async throws {
    let run = try TestRun()
    try run.fill()
    try await LiveServer.with([run.folder], cache: run.cache) { (server: LiveServer) async throws in
      let start = try await server.get("/")
      #expect(start.status == 303)
      #expect(start.headers["location"] == "/runs/run")
      let page = try await server.get("/runs/run")
      #expect(page.status == 200)
      #expect(page.headers["content-type"] == "text/html; charset=utf-8")
      // pass@1 of M_2: q1, q3, q4, q5 of six, as of M_1 with q2 in q1's place.
      #expect(page.body.contains("66.7\u{A0}%"))
      #expect(page.body.contains("1 / 1"))
      #expect(page.body.contains("Training sets by difficulty"))
      #expect(page.body.contains("0.8–1: 3 rows, 75.0\u{A0}%"))
      #expect(page.body.contains("0.2–0.4: 1 rows, 25.0\u{A0}%"))
    }
  }

  @Test func twoRunsOfOneNameStandSideBySide() async throws {
    let (first, second) = (try TestRun(), try TestRun())
    try first.fill()
    try second.fill()
    try await LiveServer.with([first.folder, second.folder], cache: first.cache) { (server: LiveServer) async throws in
      let page = try await server.get("/")
      #expect(page.status == 200)
      #expect(page.body.contains("href=\"/runs/run\""))
      #expect(page.body.contains("href=\"/runs/run-2\""))
      #expect(try await server.get("/runs/run-2").status == 200)
    }
  }

  @Test func narrowingWhilePassAt1RisesIsTold() async throws {
    let run = try TestRun()
    try run.fill()
    try await LiveServer.with([run.folder], cache: run.cache) { (server: LiveServer) async throws in
      let page = try await server.get("/runs/run/live")
      // M_2's samples of a question are all one text: of four equal texts, one in four n-grams is distinct.
      #expect(page.body.contains("Distinct-n of correct answers fell"))
      #expect(page.body.contains("and pass@1 stayed"))
    }
  }

  @Test(arguments: [
    ("", ["q1", "q2", "q3", "q4", "q5", "q6"]),
    ("?task=even", ["q2", "q4", "q6"]),
    ("?level=Level+2", ["q1", "q4"]),
    ("?set=improved", ["q1"]),
    ("?set=improved&t=1", []),
    ("?set=lost&t=2", ["q2"]),
    ("?set=unsolved", ["q6"]),
    ("?verdict=timeout", ["q5"]),
    ("?verdict=timeout&t=1", ["q5"]),
    ("?verdict=unparsed", []),
    ("?q=word3x", ["q3"]),
    ("?q=answer+word4x", ["q4"]),
    ("?q=%22uses+word4x%22", ["q4"]),
    ("?q=%22word4x+uses%22", []),
    ("?q=marb*&level=Level+1", ["q3", "q6"]),
    ("?q=q5", ["q5"]),
    ("?q=%2B%2B%22", []),
    ("?q=%22%20OR%20text%3A", ["q1", "q2", "q3", "q4", "q5", "q6"].filter { _ in false }),
    ("?split=train", ["t1", "t2"]),
    ("?page=2", []),
  ])
  func filters(_ query: String, _ expected: [String]) async throws {
    let run = try TestRun()
    try run.fill()
    try await LiveServer.with([run.folder], cache: run.cache) { (server: LiveServer) async throws in
      let page = try await server.get("/runs/run/questions\(query)")
      #expect(page.status == 200)
      let shown = page.body.matches(of: /class="id">([^<]*)</).map { String($0.1) }
      #expect(shown == expected)
      let file = try await server.get("/runs/run/questions.jsonl\(query)")
      let ids = try file.body.split(separator: "\n").map { line -> String? in
        let row = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        return row?["id"] as? String
      }
      #expect(ids == expected || query == "?page=2")
    }
  }

  @Test(arguments: ["?split=nowhere", "?t=0", "?t=x", "?set=some", "?verdict=1", "?sort=up", "?page=-1"])
  func aFilterThatIsNoneIsRefused(_ query: String) async throws {
    let run = try TestRun()
    try await LiveServer.with([run.folder], cache: run.cache) { (server: LiveServer) async throws in
      let page = try await server.get("/runs/run/questions\(query)")
      #expect(page.status == 400)
    }
  }

  @Test func ordersPutTheLargestChangeFirst() async throws {
    let run = try TestRun()
    try run.fill()
    try await LiveServer.with([run.folder], cache: run.cache) { (server: LiveServer) async throws in
      let page = try await server.get("/runs/run/questions?sort=hardest")
      #expect(page.body.matches(of: /class="id">([^<]*)</).map { String($0.1) }.first == "q6")
    }
  }

  @Test func aQuestionShowsItsModelsSideBySide() async throws {
    let run = try TestRun()
    try run.fill()
    try await LiveServer.with([run.folder], cache: run.cache) { (server: LiveServer) async throws in
      let page = try await server.get("/runs/run/question?id=q2&level=Level+3")
      #expect(page.status == 200)
      #expect(page.body.contains("id=\"m1\"") && page.body.contains("id=\"m2\""))
      #expect(page.body.contains("<b class=\"equation\">&lt;&lt;2+2=4&gt;&gt;</b>"))
      // The four texts of M_2 are one, with two verdicts.
      #expect(page.body.contains("same text ×2"))
      #expect(page.body.contains("rel=\"next\" href=\"/runs/run/question?level=Level%203&amp;id=q5\""))
      #expect(!page.body.contains("rel=\"prev\""))
      #expect(page.body.contains("p = 61\u{A0}%"))
      let missing = try await server.get("/runs/run/question?id=none")
      #expect(missing.status == 404)
      let one = try await server.get("/runs/run/question?id=q2&m=2")
      #expect(!one.body.contains("id=\"m1\"") && one.body.contains("id=\"m2\""))
      #expect(one.body.contains("href=\"/runs/run/question?id=q2\">All models"))
    }
  }

  @Test func answersAreDownloadedWhole() async throws {
    let run = try TestRun()
    try run.fill()
    let long = "=HYPERLINK(\"x\") " + String(repeating: "long ", count: 60_000)
    try run.store.append(
      [TestRun.answer("q1", .sampled, 9, .unparsed, text: long, extracted: nil)], split: .test,
      to: StageKey(2, .sampleTest), done: 6, total: 6)
    try await LiveServer.with([run.folder], cache: run.cache) { (server: LiveServer) async throws in
      let lines = try await server.get("/runs/run/answers.jsonl?id=q1")
      #expect(lines.headers["content-disposition"] == "attachment; filename=\"answers.jsonl\"")
      let rows = lines.body.split(separator: "\n")
      #expect(rows.count == 2 * 5 + 1)
      let last = try #require(
        try JSONSerialization.jsonObject(with: Data((rows.last ?? "").utf8)) as? [String: Any])
      #expect(last["completion"] as? String == long)
      #expect(last["problem_id"] as? String == "q1")
      #expect(last["iteration"] as? Int == 2)
      let table = try await server.get("/runs/run/answers.csv?id=q1")
      #expect(table.body.contains("\"'=HYPERLINK(\"\"x\"\") long"))
      // The page shows its beginning and says so.
      let page = try await server.get("/runs/run/question?id=q1")
      #expect(page.body.contains("more bytes are in the"))
      #expect(page.body.utf8.count < 200_000)
    }
  }

  @Test func whatModelsSayStaysText() async throws {
    let run = try TestRun()
    let hostile = "<script>alert(1)</script>\u{202E}\u{1B}[31m\u{0}\"'><img src=x onerror=alert(1)>"
    try run.store.append(
      (0..<3).map {
        TestRun.answer("q1", $0 == 0 ? .greedy : .sampled, $0, .incorrect, text: hostile, extracted: hostile)
      },
      split: .test, to: StageKey(1, .sampleTest), done: 1, total: 6)
    try await LiveServer.with([run.folder], cache: run.cache) { (server: LiveServer) async throws in
      let page = try await server.get("/runs/run/question?id=q1")
      #expect(page.body.contains("&lt;script&gt;alert(1)&lt;/script&gt;⟨U+202E⟩␛[31m␀"))
      #expect(!page.body.contains("<script>alert") && !page.body.contains("<img"))
      let search = try await server.get("/runs/run/questions?q=%3Cscript%3E%22%3E")
      #expect(search.body.contains("value=\"&lt;script&gt;&quot;&gt;\""))
    }
  }

  @Test func theReportIsShutIn() async throws {
    let run = try TestRun()
    try Data("<html><style>p { color: red }</style><script>1</script></html>".utf8).write(
      to: run.folder.appending(path: "report.html"))
    try await LiveServer.with([run.folder], cache: run.cache) { (server: LiveServer) async throws in
      let report = try await server.get("/runs/run/report")
      #expect(report.status == 200)
      let policy = try #require(report.headers["content-security-policy"])
      #expect(policy.contains("sandbox") && policy.contains("default-src 'none'"))
      // printf %s 'p { color: red }' | openssl dgst -sha256 -binary | base64
      #expect(policy.contains("style-src 'sha256-ngewhhP73WDIbgwseeu52VAAJgKdGUsu1IUQQsAm8m4='"))
      #expect(!policy.contains("unsafe-inline"))
      #expect(try await server.get("/runs/run/audit.json").status == 404)
    }
  }
}
