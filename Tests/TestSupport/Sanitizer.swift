import Foundation

/// Whether `make sanitize` runs the tests: time, memory and addresses are then the sanitizer's, and everything is slow.
package enum Sanitizer {
  package static let isOn = ProcessInfo.processInfo.environment["REVERSAL_SANITIZED"] == "1"
}
