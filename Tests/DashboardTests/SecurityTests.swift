import Core
import Dashboard
import Foundation
import Testing

@Suite struct SecurityTests {
  private static let token = "correct-horse-battery"

  @Test(arguments: [
    "/", "/runs/run", "/runs/none", "/runs/run/questions?t=x", "/assets/dashboard.js", "/metrics", "/nothing",
  ])
  func everyAnswerKeepsPagesToThemselves(_ path: String) async throws {
    let run = try TestRun()
    try await LiveServer.with([run.folder], cache: run.cache) { (server: LiveServer) async throws in
      let headers = try await server.get(path).headers
      let policy = try #require(headers["content-security-policy"])
      #expect(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"))
      #expect(!policy.contains("unsafe"))
      #expect(headers["x-content-type-options"] == "nosniff")
      #expect(headers["referrer-policy"] == "no-referrer")
      #expect(headers["cache-control"] == "no-store" || headers["cache-control"] == "no-cache")
    }
  }

  @Test func pagesHoldNoScriptNorStyleOfTheirOwn() async throws {
    let run = try TestRun()
    try run.fill()
    try await LiveServer.with([run.folder], cache: run.cache) { (server: LiveServer) async throws in
      for path in ["/runs/run", "/runs/run/questions", "/runs/run/question?id=q1"] {
        let body = try await server.get(path).body
        #expect(!body.contains(" style=") && !body.contains("<style"))
        #expect(body.matches(of: /<script[^>]*>[^<]/).isEmpty)
        #expect(body.matches(of: /\son[a-z]+="/).isEmpty)
        // Nothing is asked of another server.
        #expect(body.matches(of: /(src|href|action)="(https?:|\/\/)/).isEmpty)
      }
    }
  }

  @Test(arguments: [
    ("127.0.0.1:8080", true), ("localhost", true), ("localhost:9", true), ("[::1]:8080", true), ("127.9.9.9", true),
    ("Dash.example:80", true), ("evil.example", false), ("evil.example:8080", false), ("127.0.0.1.evil.example", false),
    ("localhost.evil.example", false), ("192.168.0.7:8080", false), ("", false), ("127.0.0.1:x", false),
    ("[::1", false),
  ])
  func hostsOnLoopback(_ authority: String, _ isKnown: Bool) {
    #expect(HostRule(host: "127.0.0.1", allowed: ["dash.example"]).accepts(authority) == isKnown)
  }

  @Test(arguments: [
    ("192.168.0.7:8080", true), ("[fe80::1]:80", true), ("localhost:8080", true), ("evil.example", false),
    ("256.1.1.1", false),
  ])
  func hostsOnAllAddresses(_ authority: String, _ isKnown: Bool) {
    #expect(HostRule(host: "0.0.0.0", allowed: []).accepts(authority) == isKnown)
  }

  @Test func strangersAreRefused() async throws {
    let run = try TestRun()
    try await LiveServer.with([run.folder], cache: run.cache, allowedHosts: ["dash.example"]) {
      (server: LiveServer) async throws in
      #expect(try await server.status("/runs/run", ["Host": "evil.example"]) == 403)
      #expect(try await server.status("/runs/run", ["Host": "dash.example"]) == 200)
      #expect(try await server.status("/events", ["Origin": "http://evil.example"]) == 403)
      #expect(try await server.status("/events", ["Origin": "null"]) == 403)
      #expect(try await server.status("/runs/run", ["Origin": "null", "Sec-Fetch-Site": "cross-site"]) == 403)
      #expect(try await server.status("/runs/run", ["Origin": "null", "Sec-Fetch-Site": "same-origin"]) == 200)
      #expect(try await server.status("/runs/run", ["Origin": "http://127.0.0.1:\(server.port)"]) == 200)
      let embedded = ["Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"]
      #expect(try await server.status("/assets/dashboard.js", embedded) == 403)
      let link = ["Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"]
      #expect(try await server.status("/runs/run", link) == 200)
      #expect(try await server.status("/runs/run", method: "DELETE") == 405)
      #expect(try await server.status("/runs/run?" + String(repeating: "x", count: 9_000)) == 400)
    }
  }

  @Test func aTokenIsAskedFor() async throws {
    let run = try TestRun()
    let token = try AccessToken(Self.token, from: "test")
    try await LiveServer.with([run.folder], cache: run.cache, token: token) { (server: LiveServer) async throws in
      #expect(try await server.status("/runs/run") == 401)
      #expect(try await server.status("/events") == 401)
      #expect(try await server.status("/metrics") == 401)
      #expect(try await server.status("/runs/run", ["Authorization": "Bearer \(Self.token)"]) == 200)
      #expect(try await server.status("/runs/run", ["Authorization": "Bearer \(Self.token)x"]) == 401)
      #expect(try await server.status("/runs/run", ["Cookie": "reversal-0=\(Self.token)"]) == 401)
      let sent = try await server.get("/runs/run/questions?t=1", ["Accept": "text/html"])
      #expect(sent.status == 303)
      #expect(sent.headers["location"] == "/login?to=%2Fruns%2Frun%2Fquestions%3Ft%3D1")
    }
  }

  @Test func theTokenIsKeptAsACookie() async throws {
    let run = try TestRun()
    let token = try AccessToken(Self.token, from: "test")
    try await LiveServer.with([run.folder], cache: run.cache, token: token) { (server: LiveServer) async throws in
      let form = ["Content-Type": "application/x-www-form-urlencoded"]
      let wrong = try await server.request("POST", "/login", form, body: "token=wrong-wrong-wrong-wrong&to=/")
      #expect(wrong.status == 401)
      #expect(wrong.headers["set-cookie"] == nil)
      let elsewhere = try await server.request("POST", "/login", form, body: "token=\(Self.token)&to=//evil.example")
      #expect(elsewhere.headers["location"] == "/")
      let entered = try await server.request("POST", "/login", form, body: "token=\(Self.token)&to=%2Fruns%2Frun")
      #expect(entered.status == 303)
      #expect(entered.headers["location"] == "/runs/run")
      let cookie = try #require(entered.headers["set-cookie"])
      #expect(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"))
      #expect(!cookie.contains(Self.token))
      let pair = try #require(cookie.split(separator: ";").first)
      #expect(try await server.status("/runs/run", ["Cookie": String(pair)]) == 200)
      let foreign = try await server.request(
        "POST", "/login", form.merging(["Origin": "http://evil.example"]) { $1 }, body: "token=\(Self.token)")
      #expect(foreign.status == 403)
    }
  }

  @Test(arguments: ["", "short", "fifteen-letters", "a blank in a long token", String(repeating: "x", count: 513)])
  func aTokenThatIsNoneIsRefused(_ text: String) {
    #expect(throws: InputError.self) { try AccessToken(text, from: "token.txt") }
  }

  @Test func othersNeedAToken() throws {
    let run = try TestRun()
    let options = DashboardServer.Options(host: "0.0.0.0", cache: run.cache)
    let error = #expect(throws: InputError.self) {
      try DashboardServer(runs: [run.folder], options: options) { _ in EvaluationSamples(questions: nil, samples: 1) }
    }
    #expect(error?.message.contains("--token-file") == true)
  }
}
