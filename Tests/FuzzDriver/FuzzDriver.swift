import Dispatch
import Foundation
import Fuzzing

/// What libFuzzer calls, which brings the program's beginning: `make fuzz` builds it, nothing else does.
private let check: FuzzTarget.Check = {
  let name = ProcessInfo.processInfo.environment["REVERSAL_FUZZ_TARGET"] ?? ""
  guard let target = FuzzTarget.named(name) else { fatalError("there is no target '\(name)'") }
  do { return try target.start() } catch { fatalError("\(error)") }
}()

/// Without `REVERSAL_FUZZ_TARGET` in its environment, the driver lists the targets and their dictionaries and ends.
@_cdecl("LLVMFuzzerInitialize")
public func initialize(
  _ count: UnsafeMutablePointer<CInt>?, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> CInt {
  guard ProcessInfo.processInfo.environment["REVERSAL_FUZZ_TARGET"] == nil else { return 0 }
  for target in FuzzTarget.all { print(target.name, target.dictionaryName) }
  exit(0)
}

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let input = unsafe Array(UnsafeBufferPointer(start: start, count: count))
  let end = DispatchSemaphore(value: 0)
  // On the threads that such work has in the program, whose stacks are small.
  Task.detached {
    do {
      try await check(input)
    } catch is FuzzTarget.Refusal {
    } catch {
      fatalError("\(error)")
    }
    end.signal()
  }
  end.wait()
  return 0
}
