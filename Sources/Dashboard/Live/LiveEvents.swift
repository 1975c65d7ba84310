import Core
import Foundation
import Hummingbird
import ServiceLifecycle

/// The stream of server-sent events: which run changed. What it looks like now, the page asks for itself.
enum LiveEvents {
  private struct Event: Encodable {
    let run: String
    let revision: Int
  }

  /// Seconds after which a stream that has nothing to tell shows that it lives.
  private static let heartbeat = Duration.seconds(15)

  /// - Parameter lastEventID: What the reader has seen; everything that changed since is told at once.
  static func body(_ watch: RunWatch, lastEventID: String?) -> ResponseBody? {
    guard let changes = watch.changes() else { return nil }
    let seen = lastEventID.map(watch.revision) ?? 0
    return ResponseBody { writer in
      var seen = seen
      try await writer.write(ByteBuffer(string: "retry: 2000\n\n" + news(watch, since: &seen)))
      for await isHeartbeat in signals(changes).cancelOnGracefulShutdown() {
        let text = isHeartbeat ? ": alive\n\n" : news(watch, since: &seen)
        if !text.isEmpty { try await writer.write(ByteBuffer(string: text)) }
      }
      try await writer.finish(nil)
    }
  }

  /// An event for each run that changed since, in the order of the changes.
  static func news(_ watch: RunWatch, since seen: inout Int) -> String {
    var text = ""
    let snapshots = watch.runs.map { $0.snapshot }.filter { $0.revision > seen }.sorted { $0.revision < $1.revision }
    for snapshot in snapshots {
      seen = max(seen, snapshot.revision)
      // A number and a name of letters and digits are always JSON.
      guard let data = try? JSONLines.line(Event(run: snapshot.id, revision: snapshot.revision)) else { continue }
      text += "id: \(watch.eventID(snapshot.revision))\nevent: run\ndata: \(data)\n\n"
    }
    return text
  }

  /// `false` for each change and `true` where nothing was to be told for a while.
  private static func signals(_ changes: AsyncStream<Void>) -> AsyncStream<Bool> {
    AsyncStream(bufferingPolicy: .bufferingNewest(2)) { continuation in
      let task = Task {
        await withTaskGroup(of: Void.self) { group in
          group.addTask {
            for await _ in changes { continuation.yield(false) }
            continuation.finish()
          }
          group.addTask {
            while !Task.isCancelled {
              // Ends with the group.
              try? await Task.sleep(for: heartbeat)
              continuation.yield(true)
            }
          }
          await group.next()
          group.cancelAll()
        }
      }
      continuation.onTermination = { _ in task.cancel() }
    }
  }
}
