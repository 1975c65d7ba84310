import Core
import Foundation
import HTTPTypes
import Hummingbird
import Report
import RunStore

/// The pages of the server and where they stand.
struct Routes: Sendable {
  let watch: RunWatch
  let hosts: HostRule
  let token: AccessToken?
  let cookie: String

  var router: Router<BasicRequestContext> {
    let router = Router(options: .autoGenerateHeadEndpoints)
    router.add(middleware: Guard(hosts: hosts, token: token, cookie: cookie))
    addPages(to: router)
    addFiles(to: router)
    router.get("/events") { request, _ in
      guard let body = LiveEvents.body(watch, lastEventID: request.headers[.lastEventID]) else {
        throw PageError(code: .unavailable, message: "too many pages listen already; close some")
      }
      return Response(
        status: .ok, headers: [.contentType: "text/event-stream; charset=utf-8", .cacheControl: "no-store"], body: body)
    }
    router.get("/metrics") { _, _ in
      Replies.text(PrometheusText.text(snapshots), PrometheusText.type)
    }
    if let token {
      let login = LoginRoutes(token: token, cookie: cookie)
      router.get("/login") { request, _ in login.page(request) }
      router.post("/login") { request, _ in try await login.enter(request) }
    }
    return router
  }

  private var snapshots: [RunSnapshot] { watch.runs.map { $0.snapshot } }

  private func addPages(to router: Router<BasicRequestContext>) {
    router.get("/") { _, _ in
      // A single run is its own overview.
      if watch.runs.count == 1 { return Replies.seeOther(Address.run(watch.runs[0].id)) }
      return Replies.page(OverviewPage.html(snapshots))
    }
    router.get("/live") { _, _ in Replies.page(OverviewPage.live(snapshots)) }
    router.get("/runs/:run") { _, context in
      Replies.page(RunPage.html(try run(context).snapshot, isOnly: watch.runs.count == 1))
    }
    router.get("/runs/:run/live") { _, context in Replies.page(RunPage.live(try run(context).snapshot)) }
    router.get("/runs/:run/questions") { request, context in
      let run = try run(context)
      let filter = try QuestionFilter(QueryItems(request.uri.query ?? ""))
      return try await BlockingWork.run {
        try Replies.page(
          QuestionsPage.html(
            run.snapshot, filter, run.index.questions(filter), run.index.choices(filter.split)))
      }
    }
    router.get("/runs/:run/question") { request, context in
      let run = try run(context)
      let query = QueryItems(request.uri.query ?? "")
      return try await BlockingWork.run { try Replies.page(answers(run, query).html) }
    }
  }

  private func addFiles(to router: Router<BasicRequestContext>) {
    router.get("/assets/:name") { request, context in
      try Assets.reply(context.parameters.get("name") ?? "", to: request)
    }
    for kind in [Exports.Kind.csv, .jsonl] {
      router.get("/runs/:run/questions.\(kind.rawValue)") { request, context in
        let run = try run(context)
        let filter = try QuestionFilter(QueryItems(request.uri.query ?? ""))
        return Replies.download("questions.\(kind.rawValue)", kind.type, Exports.questions(run.index, filter, kind))
      }
      router.get("/runs/:run/answers.\(kind.rawValue)") { request, context in
        let run = try run(context)
        let query = QueryItems(request.uri.query ?? "")
        let found = try await BlockingWork.run { try question(run, query) }
        return Replies.download("answers.\(kind.rawValue)", kind.type, Exports.answers(run.reader, found, kind))
      }
    }
    router.get("/runs/:run/report") { _, context in
      try RunFiles.report(of: try run(context).reader.folder)
    }
    router.get("/runs/:run/audit.json") { _, context in
      try RunFiles.audit(of: try run(context).reader.folder)
    }
  }

  private func run(_ context: BasicRequestContext) throws -> WatchedRun {
    guard let run = context.parameters.get("run").flatMap(watch.run) else {
      throw PageError.notFound("there is no such run here")
    }
    return run
  }

  private func question(_ run: WatchedRun, _ query: QueryItems) throws -> ObservedProblem {
    guard let id = query["id"], let split = Split(rawValue: query["split"] ?? Split.test.rawValue),
      let key = try run.index.key(of: id, split), let problem = try run.reader.problem(key)
    else { throw PageError.notFound("the run has no such question, or it is not taken in yet") }
    return problem
  }

  private func answers(_ run: WatchedRun, _ query: QueryItems) throws -> AnswersPage {
    let filter = try QuestionFilter(query)
    let problem = try question(run, query)
    guard let summary = try run.index.question(problem.key) else {
      throw PageError.notFound("the question is not taken in yet; try again in a moment")
    }
    let only = query["m"].flatMap { Int($0) }
    let neighbours = try run.index.neighbours(of: problem.key, filter)
    return AnswersPage(
      snapshot: run.snapshot, filter: filter, question: problem,
      answers: try run.reader.answers(
        to: problem.key, iteration: only, limit: AnswersPage.sampleLimit, textLimit: AnswersPage.textLimit),
      summary: summary, previous: try neighbours.previous.flatMap { try run.index.question($0)?.id },
      next: try neighbours.next.flatMap { try run.index.question($0)?.id },
      only: only, place: (neighbours.place, of: neighbours.count))
  }
}
