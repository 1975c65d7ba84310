import Foundation

/// The header by which a server says how long it wants to be left alone (RFC 9110, section 10.2.3).
package enum RetryAfter {
  private static let longest = 1e6

  /// - Parameter text: Seconds, or a date; nil where it is neither.
  package static func wait(_ text: String, now: Date) -> Duration? {
    if let seconds = Double(text), seconds.isFinite, seconds >= 0 { return .seconds(min(seconds, longest)) }
    let format = DateFormatter()
    format.locale = Locale(identifier: "en_US_POSIX")
    format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss zzz"
    return format.date(from: text).map { .seconds(min(max(0, $0.timeIntervalSince(now)), longest)) }
  }
}
