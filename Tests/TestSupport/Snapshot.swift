import Foundation
import Testing

/// Compares a text with the file of that name in the folder `Snapshots` beside the test.
///
/// With `REVERSAL_RECORD_SNAPSHOTS=1` the file is written instead and the test fails, so that no recording passes for a
/// check.
///
/// - Parameter bundle: Of the tests, which holds a copy of the folder.
public func expectSnapshot(
  _ text: String, _ name: String, in bundle: Bundle, file: String = #filePath,
  sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let folder = URL(filePath: file).deletingLastPathComponent().appending(path: "Snapshots")
  if ProcessInfo.processInfo.environment["REVERSAL_RECORD_SNAPSHOTS"] == "1" {
    try Data(text.utf8).write(to: folder.appending(path: name))
    Issue.record("recorded \(name); look at it and run again without recording", sourceLocation: sourceLocation)
    return
  }
  let stored = try #require(
    bundle.url(forResource: "Snapshots/\(name)", withExtension: nil),
    "no snapshot \(name): record it with REVERSAL_RECORD_SNAPSHOTS=1", sourceLocation: sourceLocation)
  let expected = try String(contentsOf: stored, encoding: .utf8)
  guard text != expected else { return }
  let line = zip(text.split(separator: "\n"), expected.split(separator: "\n")).first { $0 != $1 }
  Issue.record(
    """
    \(name) differs from its snapshot. First differing line:
    now:      \(line?.0.prefix(400) ?? "(the texts have different lengths)")
    snapshot: \(line?.1.prefix(400) ?? "")
    """, sourceLocation: sourceLocation)
}
