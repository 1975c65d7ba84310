import Core
import Foundation
import RunStore

extension RunExamination {
  private var isFinished: Bool { stages.allSatisfy(\.isFinished) }
  private var resume: String { "`reversal resume \(store.folder.path)`" }

  /// M_0 stands outside the run; it is needed again only to train from it.
  mutating func examineFoundation() {
    guard let recorded = artifact(.checkpoint, 0)?.files.map(FolderContent.init(files:)) else { return }
    let folder = URL(fileURLWithPath: plan.configuration.model)
    guard FileManager.default.fileExists(atPath: folder.path) else {
      return note(folder.path, "M_0 is gone; it is needed only where a model must be trained from it again")
    }
    attempt(folder.path) {
      if let difference = try FolderContent(of: folder).difference(from: recorded) {
        $0.fault(folder.path, "M_0 is not the model that the run began with (\(difference)); put that one back")
      }
    }
  }

  mutating func examineCheckpoint(_ iteration: Int) {
    guard let training = stage(iteration, .train) else { return }
    let name = "checkpoints/M\(iteration)"
    let folder = store.checkpointFolder(iteration)
    guard training.isFinished else {
      if store.hasCheckpoint(iteration) {
        note(name, "stands there and is not recorded, as after a kill; \(resume) makes it anew")
      }
      return
    }
    guard store.hasCheckpoint(iteration) else {
      return fault(
        name,
        isFinished
          ? "is missing; the results stand without it, restore it from a copy to use the model"
          : "is missing; \(resume) makes it again when it is needed")
    }
    attempt(name) {
      let content = try FolderContent(of: folder)
      if let recorded = $0.artifact(.checkpoint, iteration) {
        let files = FolderContent(files: recorded.files ?? [:])
        if let difference = content.difference(from: files) {
          let other = $0.artifacts.first { $0.kind == .checkpoint && $0.digest == content.digest }
          let found = other.map { "it is M_\($0.iteration)" } ?? difference
          return $0.fault(
            name,
            "is not the model that the run made (\(found)); restore it from a copy"
              + ($0.isFinished ? "" : ", or remove it and \($0.resume) makes it again"))
        }
      } else {
        $0.note(name, Self.unknown)
      }
      try $0.readModel(at: folder)
    }
  }

  /// What interrupted writes have left.
  mutating func examineLeftovers() {
    let folder = store.folder
    let places: [(folder: URL, prefix: String, isLeftover: (String) -> Bool)] = [
      (folder, "", { $0.hasPrefix(".") }),
      (
        folder.appendingPathComponent("checkpoints"), "checkpoints/", { $0.hasPrefix(".") || $0.hasSuffix(".training") }
      ),
      (
        folder.deletingLastPathComponent(), folder.deletingLastPathComponent().path + "/",
        { $0.hasPrefix(".\(folder.lastPathComponent).partial-") }
      ),
    ]
    for place in places {
      // A folder that does not exist holds no leftovers, and a parent that cannot be listed is not the run's.
      let names = (try? FileManager.default.contentsOfDirectory(atPath: place.folder.path)) ?? []
      for name in names.sorted() where place.isLeftover(name) {
        note(place.prefix + name, "was left by an interrupted write; nothing needs it, remove it")
      }
    }
  }
}
