import Core
import Foundation
import Report

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What people read of the program, apart from data. Names and texts from files cannot steer the terminal.
enum Console {
  /// A line on standard output.
  static func show(_ line: String) { print(VisibleText.line(line)) }

  /// Figures at a glance on standard output, after an empty line, in what the terminal can show; nothing where there are none.
  static func show(_ glance: RunGlance) {
    let lines = glance.lines(style)
    if !lines.isEmpty { print(([""] + lines).joined(separator: "\n")) }
  }

  private static var style: TerminalStyle {
    TerminalStyle(
      isTerminal: isatty(STDOUT_FILENO) == 1, environment: ProcessInfo.processInfo.environment)
  }

  /// A line on standard error.
  static func say(_ line: String) {
    // What nobody can read any more must not end the work; the exit status still tells.
    try? FileHandle.standardError.write(contentsOf: Data((VisibleText.line(line) + "\n").utf8))
  }
}
