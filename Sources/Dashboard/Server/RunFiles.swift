import Crypto
import Foundation
import Hummingbird
import RunStore

/// The audit and the report that lie in a run's folder.
enum RunFiles {
  private static let sizeLimit = 256 << 20

  /// The report, shut in: it may use its own style, which is named by its digest, and nothing else.
  static func report(of run: URL) throws -> Response {
    let text = String(decoding: try contents(run.appending(path: "report.html")), as: UTF8.self)
    let digests = styles(in: text).map { style in
      "'sha256-\(Data(SHA256.hash(data: Data(style.utf8))).base64EncodedString())'"
    }
    var response = Replies.text(text, "text/html; charset=utf-8")
    response.headers[.contentSecurityPolicy] =
      "sandbox allow-popups; default-src 'none'; style-src \(digests.isEmpty ? "'none'" : digests.joined(separator: " ")); "
      + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    return response
  }

  static func audit(of run: URL) throws -> Response {
    let data = try contents(run.appending(path: "audit.json"))
    return Response(
      status: .ok, headers: [.contentType: "application/json"],
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: data)))
  }

  /// What stands in each `<style>`, byte for byte.
  private static func styles(in html: String) -> [Substring] {
    var found: [Substring] = []
    var rest = html[...]
    while let start = rest.range(of: "<style>"), let end = rest[start.upperBound...].range(of: "</style>"),
      found.count < 8
    {
      found.append(rest[start.upperBound..<end.lowerBound])
      rest = rest[end.upperBound...]
    }
    return found
  }

  private static func contents(_ file: URL) throws -> Data {
    guard let handle = try? FileHandle(forReadingFrom: file) else {
      throw PageError.notFound(
        "the run has no \(file.lastPathComponent) yet; it is written when the last stage is done")
    }
    defer { try? handle.close() }  // A handle that was only read from.
    guard let data = try? handle.read(upToCount: sizeLimit), data.count < sizeLimit else {
      throw PageError(code: .failed, message: "\(file.lastPathComponent) cannot be read")
    }
    return data
  }
}
