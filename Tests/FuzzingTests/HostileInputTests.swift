import Foundation
import Fuzzing
import TestSupport
import Testing

/// Every reader of what others wrote keeps its contract: a file is read, or refused in one line; never a crash or a hang.
///
/// `make fuzz` drives the same readers by coverage and within 256 MB.
@Suite struct HostileInputTests {
  /// Inputs for each reader; `make torture` asks for a million.
  private static let isLong = ProcessInfo.processInfo.environment["REVERSAL_TORTURE"] == "1"
  private static let count = isLong ? 1_000_000 : 1_000
  /// Among all other tests a reader waits for its turn, which says nothing of the reader.
  private static let isTimed = isLong && !Sanitizer.isOn

  @Test(arguments: FuzzTarget.all.map(\.name)) func seededInputs(name: String) async throws {
    let target = try #require(FuzzTarget.named(name))
    var mutator = try Mutator(target, seed: 1)
    let check = try target.start()
    var (readCount, refusedCount) = (0, 0)
    for _ in 0..<Self.count {
      if try await Self.keepsContract(target, check, mutator.next()) { readCount += 1 } else { refusedCount += 1 }
    }
    // Were all inputs refused, or none, the files or the changes would be beside the point.
    #expect(readCount > Self.count / 100 && (refusedCount > Self.count / 100 || Self.refusesNothing.contains(name)))
  }

  /// Readers of free text, which is only more or less telling.
  private static let refusesNothing = ["latex", "package-index"]

  /// What fuzzing begins with is valid; what it found once is read or refused.
  @Test(arguments: FuzzTarget.all.map(\.name)) func filesOfTheCorpus(name: String) async throws {
    let target = try #require(FuzzTarget.named(name))
    let check = try target.start()
    let files = try Corpus.files(of: target)
    #expect(files.contains { !$0.name.hasPrefix("found-") })
    for file in files {
      let isRead = try await Self.keepsContract(target, check, file.bytes)
      #expect(isRead || file.name.hasPrefix("found-"), "\(name)/\(file.name) is refused")
    }
  }

  /// Whether `input` is read; false where it is refused as it should be.
  private static func keepsContract(
    _ target: FuzzTarget, _ check: FuzzTarget.Check, _ input: [UInt8]
  ) async throws -> Bool {
    var isRead = false
    // A shared machine is slow now and then: what seems slow is measured again.
    var best = Duration.seconds(1_000)
    for _ in 0..<(isTimed ? 5 : 1) where best > target.timeLimit {
      let start = ContinuousClock.now
      do {
        try await check(input)
        isRead = true
      } catch is FuzzTarget.Refusal {
      } catch {
        Issue.record("\(target.name): \(error); input in base64: \(Data(input).base64EncodedString())")
      }
      best = min(best, .now - start)
    }
    #expect(
      best <= target.timeLimit || !isTimed,
      "\(target.name) took \(best); input in base64: \(Data(input).base64EncodedString())")
    return isRead
  }
}
