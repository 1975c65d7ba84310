// What ThreadSanitizer must see before its silence about the tests means anything: a race where there is one
// (`race unguarded`), and none where a Mutex that threads wait for keeps them apart (`race guarded`).
import Dispatch
import Synchronization

final class Counter: @unchecked Sendable {
  var value = 0
}

let counter = Counter()
let lock = Mutex<Void>(())
let isGuarded = CommandLine.arguments.dropFirst().first == "guarded"
DispatchQueue.concurrentPerform(iterations: 8) { _ in
  for _ in 0..<20_000 {
    if isGuarded { lock.withLock { _ in counter.value += 1 } } else { counter.value += 1 }
  }
}
print(counter.value)
