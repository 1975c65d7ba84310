import Core
import Foundation
import HTTPTypes
import Hummingbird
import Report

/// Refuses what does not come from a reader of this server, and gives every answer the headers that keep pages to themselves.
struct Guard: RouterMiddleware {
  typealias Context = BasicRequestContext

  let hosts: HostRule
  let token: AccessToken?
  /// Cookies are a host's, not a port's: each server has a name of its own.
  let cookie: String

  /// Nothing of a page may come from elsewhere, stand in the page as script or style, or be shown in another's.
  static let policy = """
    default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; \
    base-uri 'none'; frame-ancestors 'none'
    """

  func handle(
    _ request: Request, context: Context, next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    var response: Response
    do {
      try check(request)
      if let refusal = refusal(of: request) {
        response = refusal
      } else {
        response = try await next(request, context)
      }
    } catch let error as PageError {
      response = Replies.failure(error, for: request)
    } catch let error as HTTPError {
      let code = PageError.Code(rawValue: error.status.code) ?? .failed
      response = Replies.failure(
        PageError(code: code, message: code == .notFound ? "there is no such page" : "the request cannot be answered"),
        for: request)
    } catch let error as InputError {
      response = Replies.failure(PageError(code: .unavailable, message: error.description), for: request)
    } catch {
      response = Replies.failure(PageError(code: .failed, message: "\(error)"), for: request)
    }
    Self.seal(&response)
    return response
  }

  private func check(_ request: Request) throws {
    guard request.method == .get || request.method == .head || request.method == .post else {
      throw PageError(code: .methodNotAllowed, message: "only GET, HEAD and POST are answered")
    }
    let authority = request.head.authority ?? ""
    guard hosts.accepts(authority) else {
      throw PageError(
        code: .forbidden,
        message: "this server is not known as '\(authority.prefix(80))'; open the address that it printed, or give "
          + "--allow-host")
    }
    // A form of a page that tells no referrer comes from "null", and which page that was the browser says in another field.
    let isOwnForm = request.headers[.origin] == "null" && request.headers[.secFetchSite] == "same-origin"
    if let origin = request.headers[.origin], !isOwnForm, !HostRule.accepts(origin: origin, at: authority) {
      throw PageError(code: .forbidden, message: "requests from pages of another origin are refused")
    }
    // A link from elsewhere may open a page; nothing else of another site is let in.
    if let site = request.headers[.secFetchSite], site == "cross-site" || site == "same-site",
      request.headers[.secFetchMode] != "navigate" || request.method == .post
    {
      throw PageError(code: .forbidden, message: "requests from pages of another site are refused")
    }
    guard request.uri.string.utf8.count <= 8_192 else {
      throw PageError(code: .badRequest, message: "the address is too long")
    }
  }

  /// What who has not shown the token gets; nil for who may read on.
  private func refusal(of request: Request) -> Response? {
    guard let token, !isAuthorised(request, token) else { return nil }
    let path = request.uri.path
    if path == "/login" || path.hasPrefix("/assets/") { return nil }
    let wantsPage = request.headers[.accept]?.contains("text/html") ?? false
    if wantsPage, request.method == .get { return Replies.seeOther("/login" + Self.destination(of: request)) }
    var response = Replies.failure(
      PageError(code: .unauthorized, message: "a token is needed; send it as Authorization: Bearer"), for: request)
    response.headers[.wwwAuthenticate] = "Bearer realm=\"reversal\""
    return response
  }

  private static func destination(of request: Request) -> String {
    let address = request.uri.string
    guard address != "/", address.hasPrefix("/"), !address.hasPrefix("//") else { return "" }
    return "?to=" + QueryItems.escape(address)
  }

  private func isAuthorised(_ request: Request, _ token: AccessToken) -> Bool {
    if let header = request.headers[.authorization] {
      let parts = header.split(separator: " ", maxSplits: 1)
      return parts.count == 2 && parts[0].lowercased() == "bearer" && token.accepts(String(parts[1]))
    }
    return request.cookies[cookie].map { token.acceptsSession($0.value) } ?? false
  }

  private static func seal(_ response: inout Response) {
    if response.headers[.contentSecurityPolicy] == nil { response.headers[.contentSecurityPolicy] = policy }
    response.headers[.xContentTypeOptions] = "nosniff"
    response.headers[.referrerPolicy] = "no-referrer"
    response.headers[.xFrameOptions] = "DENY"
    response.headers[.crossOriginOpenerPolicy] = "same-origin"
    response.headers[.crossOriginResourcePolicy] = "same-origin"
    response.headers[.permissionsPolicy] = "camera=(), geolocation=(), microphone=()"
    if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "no-store" }
  }
}

extension HTTPField.Name {
  static let secFetchSite = known("Sec-Fetch-Site")
  static let secFetchMode = known("Sec-Fetch-Mode")
  static let referrerPolicy = known("Referrer-Policy")
  static let xFrameOptions = known("X-Frame-Options")
  static let crossOriginOpenerPolicy = known("Cross-Origin-Opener-Policy")
  static let permissionsPolicy = known("Permissions-Policy")
  static let lastEventID = known("Last-Event-ID")

  private static func known(_ name: String) -> HTTPField.Name {
    guard let name = HTTPField.Name(name) else { preconditionFailure("'\(name)' is a field's name") }
    return name
  }
}
