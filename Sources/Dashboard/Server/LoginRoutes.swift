import Foundation
import HTTPTypes
import Hummingbird
import Report

/// How a reader shows the token: by the part of the address behind `#`, which a browser sends nowhere and the page's
/// script hands in, or by a form.
struct LoginRoutes: Sendable {
  let token: AccessToken
  let cookie: String

  func page(_ request: Request, failed: Bool = false) -> Response {
    let destination = QueryItems(request.uri.query ?? "")["to"] ?? "/"
    let failure: HTMLFragment = failed ? "<p class=\"alert severe\" role=\"alert\">That is not the token.</p>" : .empty
    let html: HTMLFragment = """
      <!DOCTYPE html>
      <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark"><title>reversal</title>
      <link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
      <link rel="stylesheet" href="/assets/report.css"><link rel="stylesheet" href="/assets/dashboard.css">
      <script type="module" src="/assets/login.js"></script></head>
      <body class="dashboard login"><main class="card"><h1>reversal</h1>\(failure)
      <form method="post" action="/login" id="login"><input type="hidden" name="to" value="\(Self.local(destination))">
      <label>Token <input type="password" name="token" autocomplete="current-password" required autofocus></label>
      <button class="button">Open</button></form>
      <p class="note">The token stands in the file that the server was started with.</p></main></body></html>

      """
    return Replies.page(html, status: failed ? .unauthorized : .ok)
  }

  func enter(_ request: Request) async throws -> Response {
    guard let body = try? await request.body.collect(upTo: 4_096) else {
      throw PageError(code: .tooLarge, message: "the form is too long")
    }
    let items = QueryItems(String(buffer: body))
    guard token.accepts(items["token"] ?? "") else {
      // Whoever guesses waits.
      try await Task.sleep(for: .milliseconds(400))
      return page(request, failed: true)
    }
    var response = Replies.seeOther(Self.local(items["to"] ?? "/"))
    response.headers[.setCookie] =
      "\(cookie)=\(token.session); Path=/; HttpOnly; SameSite=Strict; Max-Age=\(30 * 24 * 3600)"
    return response
  }

  /// An address of this server, whatever was asked for.
  static func local(_ address: String) -> String {
    let isLocal =
      address.hasPrefix("/") && !address.hasPrefix("//") && !address.contains("\\")
      && address.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f }
    return isLocal ? address : "/"
  }
}
