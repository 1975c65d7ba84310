import Crypto
import Digests
import Foundation
import HTTPTypes
import Hummingbird
import Report

/// The files of the pages: style, scripts, the icon. They are part of the program.
enum Assets {
  private struct File: Sendable {
    let type: String
    let bytes: [UInt8]
    let tag: String

    init(_ type: String, _ bytes: [UInt8]) {
      self.type = type
      self.bytes = bytes
      tag = "\"" + SHA256.hexadecimal(of: bytes).prefix(20) + "\""
    }
  }

  private static let script = "text/javascript; charset=utf-8"
  private static let style = "text/css; charset=utf-8"
  private static let files: [String: File] = [
    "report.css": File(style, Array(ReportParts.styleSheet.utf8)),
    "dashboard.css": File(style, PackageResources.dashboard_css),
    "dashboard.js": File(script, PackageResources.dashboard_js),
    "browse.js": File(script, PackageResources.browse_js),
    "login.js": File(script, PackageResources.login_js),
    "icon.svg": File("image/svg+xml", Array(icon.utf8)),
  ]

  private static let icon = """
    <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke-width="3" stroke-linecap="round" \
    stroke-linejoin="round"><path stroke="#0072b2" d="M3 17 L9 8 L14 13 L21 4"/>\
    <path stroke="#d55e00" d="M3 6 L9 11 L14 15 L21 20"/></svg>
    """

  static func reply(_ name: String, to request: Request) throws -> Response {
    guard let file = files[name] else { throw PageError.notFound("there is no such file") }
    let headers: HTTPFields = [.contentType: file.type, .cacheControl: "no-cache", .eTag: file.tag]
    if request.headers[.ifNoneMatch] == file.tag { return Response(status: .notModified, headers: headers) }
    return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: file.bytes)))
  }
}
