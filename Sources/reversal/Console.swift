import Core
import Foundation

/// What people read of the program, apart from data. Names and texts from files cannot steer the terminal.
enum Console {
  /// A line on standard output.
  static func show(_ line: String) { print(VisibleText.line(line)) }

  /// A line on standard error.
  static func say(_ line: String) {
    // What nobody can read any more must not end the work; the exit status still tells.
    try? FileHandle.standardError.write(contentsOf: Data((VisibleText.line(line) + "\n").utf8))
  }
}
