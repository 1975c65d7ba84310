import Core
import HTTPTypes
import Hummingbird
import Report

/// The kinds of answers that the routes give.
enum Replies {
  static func page(_ html: HTMLFragment, status: HTTPResponse.Status = .ok) -> Response {
    text(html.markup, "text/html; charset=utf-8", status: status)
  }

  static func text(_ text: String, _ type: String, status: HTTPResponse.Status = .ok) -> Response {
    Response(status: status, headers: [.contentType: type], body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
  }

  static func seeOther(_ address: String) -> Response {
    Response(status: .seeOther, headers: [.location: address])
  }

  /// A file to keep, whose name is made here and not from a text of the run.
  static func download(_ name: String, _ type: String, _ body: ResponseBody) -> Response {
    Response(
      status: .ok, headers: [.contentType: type, .contentDisposition: "attachment; filename=\"\(name)\""], body: body)
  }

  static func failure(_ error: PageError, for request: Request) -> Response {
    let status = HTTPResponse.Status(code: error.code.rawValue)
    guard request.headers[.accept]?.contains("text/html") ?? false else {
      return text(VisibleText.line(error.message) + "\n", "text/plain; charset=utf-8", status: status)
    }
    let content: HTMLFragment = """
      <h1>\(error.code == .notFound ? "Not found" : "That cannot be shown")</h1><p>\(error.message)</p>
      <p><a href="/">All runs</a></p>
      """
    return page(PageShell(title: "\(error.code.rawValue) · reversal", content: content).html, status: status)
  }
}
