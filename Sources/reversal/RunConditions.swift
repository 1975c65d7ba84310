import Core
import Iteration
import RunStore

/// Under which conditions runs were made.
enum RunConditions {
  /// The settings and environments in which the runs are not alike, settings first.
  static func differences(between stores: [RunStore]) throws -> [RunComparison.Condition] {
    let settings = try stores.map { try RunConfiguration.settings(of: $0.manifest, in: $0.folder) }
    let environments = try stores.map(environment)
    let names = Set(settings.flatMap(\.keys)).sorted()
    let traits = environments.first { !$0.isEmpty }?.map { $0.name } ?? []
    return differing(.setting, names.map { name in (name, settings.map { $0[name] }) })
      + differing(
        .environment, traits.map { name in (name, environments.map { $0.first { $0.name == name }?.value }) })
  }

  private static func differing(
    _ kind: RunComparison.Condition.Kind, _ values: [(name: String, values: [String?])]
  ) -> [RunComparison.Condition] {
    values.filter { Set($0.values).count > 1 || kind == .environment && $0.values.contains(where: isMixed) }.map {
      RunComparison.Condition(kind: kind, name: $0.name, values: $0.values)
    }
  }

  /// Which of two environments did what is another question than whether both did something.
  private static func isMixed(_ value: String?) -> Bool { value?.contains(separator) ?? false }

  private static let separator = " and "

  /// The traits of all environments that worked on a run; none where it does not say.
  private static func environment(_ store: RunStore) throws -> [(name: String, value: String)] {
    let environments = try store.environments().map(\.environment.traits)
    guard let first = environments.first else { return [] }
    return first.indices.map { index in
      var values: [String] = []
      for traits in environments where !values.contains(traits[index].value) { values.append(traits[index].value) }
      return (first[index].name, values.joined(separator: separator))
    }
  }
}
