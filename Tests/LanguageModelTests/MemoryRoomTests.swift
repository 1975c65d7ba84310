import Foundation
import LanguageModel
import Testing

/// What limits memory, from control groups that are files in a folder.
@Suite final class MemoryRoomTests {
  private let root: URL

  init() throws {
    root = FileManager.default.temporaryDirectory.appending(path: "groups-\(UUID().uuidString)")
  }

  deinit { try? FileManager.default.removeItem(at: root) }

  private func group(_ path: String, _ files: [String: String]) throws {
    let folder = root.appending(path: path)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for (name, text) in files { try Data(text.utf8).write(to: folder.appending(path: name)) }
  }

  private func room(_ list: String) -> Int? { ControlGroups(list: list, root: root.path).room }

  @Test func theTightestGroupOfVersion2Counts() throws {
    try group("", [:])
    try group("user", ["memory.max": "5000\n", "memory.stat": "anon 1000\nfile 3000\n"])
    try group("user/job", ["memory.max": "max\n", "memory.stat": "anon 900\n"])
    try group("user/job/step", ["memory.max": "4500\n", "memory.stat": "anon 800\nfile 90000\n"])
    #expect(room("0::/user/job/step\n") == 3700)
    #expect(room("0::/user/job\n") == 4000)
    #expect(room("0::/\n") == nil && room("") == nil)
    try group("user/job/step", ["memory.max": "100\n"])
    #expect(room("0::/user/job/step\n") == 0)
  }

  @Test func version1IsReadWhereMemoryHasAGroup() throws {
    let limits = ["memory.limit_in_bytes": "6000\n", "memory.stat": "rss 1\ntotal_rss 2000\n"]
    try group("memory/docker/abc", limits)
    #expect(room("5:cpu:/x\n4:memory:/docker/abc\n0::/\n") == 4000)
    #expect(room("5:cpu,memory:/docker/abc/gone\n") == 4000)
    #expect(room("5:cpu:/docker/abc\n") == nil)
  }

  @Test func mappedFilesAndThreadsTakeAddresses() {
    #expect(MemoryRoom(memory: 5 << 30).left(mapping: 1 << 40, threads: 64) == 5 << 30)
    let bounded = MemoryRoom(memory: 5 << 30, addresses: 2 << 30)
    #expect(bounded.left(mapping: 1 << 30, threads: 1) < 1 << 30)
    #expect(bounded.left(mapping: 1 << 30, threads: 2) < bounded.left(mapping: 1 << 30, threads: 1))
    #expect(bounded.left(mapping: .max, threads: 2) == 0 && bounded.left(mapping: 2 << 30) == 0)
    #expect(MemoryRoom(memory: 1 << 20, addresses: 2 << 30).left() == 1 << 20)
  }

  @Test func theMessageHasTheEstimateAndWhatIsThere() throws {
    let need = MemoryNeed("sampling", [.init("weights", 2_000_000_000), .init("caches", 500_000_000), .init("x", 0)])
    try need.refuse(beyond: MemoryRoom(memory: 2_500_000_000), advice: "rest")
    let error = #expect(throws: ModelError.self) {
      try need.refuse(beyond: MemoryRoom(memory: 2_499_999_999), advice: "rest")
    }
    #expect(error?.code == .system)
    #expect(
      error?.message
        == "sampling takes 2.50 GB of memory (weights 2.00 GB, caches 500.0 MB) and 2.50 GB are free; rest, "
        + "or --no-memory-check to try it all the same")
    #expect(MemoryNeed("x", [.init("a", .max), .init("b", .max)]).total == .max)
  }
}
