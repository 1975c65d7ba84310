/// Why a page cannot be shown, for who asked for it.
struct PageError: Error, Sendable, Hashable {
  enum Code: Int, Sendable {
    case badRequest = 400
    case unauthorized = 401
    case forbidden = 403
    case notFound = 404
    case methodNotAllowed = 405
    case tooLarge = 413
    case failed = 500
    case unavailable = 503
  }

  let code: Code
  let message: String

  static func badRequest(_ message: String) -> PageError { PageError(code: .badRequest, message: message) }
  static func notFound(_ message: String) -> PageError { PageError(code: .notFound, message: message) }
}
