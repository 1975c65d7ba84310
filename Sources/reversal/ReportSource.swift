import Core
import Foundation
import Iteration
import Report
import RunStore

/// What a report is over: finished runs, folders of runs, and `audit.json` files.
enum ReportSource {
  /// In the order given, runs of one folder in the order of the paper's methods.
  static func read(_ paths: [String]) throws -> ReportInput {
    var runs: [AuditedRun] = []
    var files: [ReportInput.RunSection] = []
    for path in paths {
      let url = URL(filePath: path).standardizedFileURL
      guard let isFolder = isFolder(url) else {
        throw InputError(file: path, "does not exist; give the folder of a run, a folder of runs, or an audit.json")
      }
      if isFolder {
        runs += try RunStore.runs(in: url).map { try AuditedRun($0) }.sorted { $0.rank < $1.rank }
      } else {
        files.append(.init(method: name(of: url), audit: try audit(url)))
      }
    }
    let sections = try self.sections(of: runs) + files
    guard sections.count > 1 || !files.isEmpty else { return AuditedRun.report(over: runs) }
    let main = AuditedRun.report(over: runs)
    let differences = try RunConditions.differences(between: runs.map(\.store)).filter { $0.name != "threads" }
    return ReportInput(
      title: title(sections), runs: sections, caseStudies: main.caseStudies, settings: main.settings,
      notes: main.notes
        + differences.map { condition in
          "The runs differ in \(condition.name): "
            + zip(sections, condition.values).map { "\($0.method) \($1 ?? "unknown")" }.joined(separator: ", ") + "."
        })
  }

  /// nil where there is nothing.
  static func isFolder(_ url: URL) -> Bool? {
    // What cannot be looked at is as good as absent; the message names it.
    try? url.resourceValues(forKeys: [.isDirectoryKey]).isDirectory
  }

  private static func title(_ sections: [ReportInput.RunSection]) -> String {
    var names: [String] = []
    for section in sections where !section.isControl && !names.contains(section.group) { names.append(section.group) }
    return names.joined(separator: ", ")
  }

  private static func audit(_ url: URL) throws -> AuditResult {
    let size = try FileManager.default.attributesOfItem(atPath: url.path)[.size] as? Int ?? 0
    guard size <= 1 << 28 else {
      throw InputError(file: url.path, "has \(size) bytes; an audit.json has 256 MiB at most")
    }
    return try AuditResult.read(Data(contentsOf: url), file: url.path)
  }

  /// `runs/sft/audit.json` is `sft`, `large.json` is `large`.
  private static func name(of file: URL) -> String {
    let name = file.deletingPathExtension().lastPathComponent
    let folder = file.deletingLastPathComponent().lastPathComponent
    return name == "audit" && !folder.isEmpty && folder != "/" ? folder : name
  }

  /// Runs that differ in nothing but their seed share a group.
  static func sections(of runs: [AuditedRun]) throws -> [ReportInput.RunSection] {
    var settings = try runs.map { try RunConfiguration.settings(of: $0.store.manifest, in: $0.store.folder) }
    let seeds = settings.map { $0["seed"] ?? "" }
    // Where the files lie is not what they hold.
    for index in settings.indices {
      settings[index] = settings[index].filter { !($0.key == "seed" || $0.key.hasPrefix("data.") || $0.key == "model") }
      settings[index]["model"] = URL(filePath: runs[index].model).lastPathComponent
    }
    return runs.indices.map { index in
      let run = runs[index]
      let rivals = runs.indices.filter { runs[$0].methodName == run.methodName && settings[$0] != settings[index] }
      let differing = Set(
        rivals.flatMap { other in
          Set(settings[index].keys).union(settings[other].keys).filter { settings[index][$0] != settings[other][$0] }
        }
      ).sorted()
      let distinction = differing.prefix(2).map { "\($0) \(settings[index][$0] ?? "unset")" }.joined(separator: ", ")
      let group = run.methodName + (distinction.isEmpty ? "" : ", \(distinction)")
      let twins = runs.indices.filter { runs[$0].methodName == run.methodName && settings[$0] == settings[index] }
      let isAlone = twins.count == 1
      let isSeedUnique = twins.count { seeds[$0] == seeds[index] } == 1
      let method =
        isAlone ? group : "\(group), " + (isSeedUnique ? "seed \(seeds[index])" : run.store.folder.lastPathComponent)
      return ReportInput.RunSection(method: method, isControl: run.isControl, audit: run.audit, group: group)
    }
  }
}
