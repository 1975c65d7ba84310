import Core
import Foundation

extension SamplerSettings {
  private enum Engine: String, CaseIterable {
    case native, endpoint, ray, torchrun
  }

  /// Reads the section `sampler`; nil where it is absent or names the embedded engine.
  ///
  /// - Throws: `InputError`, which repeats no value that may be a secret.
  static func read(_ top: ConfigurationSection, resolve: (String) -> String) throws -> SamplerSettings? {
    let keys = [
      Engine.endpoint: EndpointSettings.keys, .ray: WorkerSamplerSettings.keys, .torchrun: WorkerSamplerSettings.keys,
    ]
    guard let (engine, section) = try top.engine("sampler", Engine.self, keys: keys) else { return nil }
    switch engine {
    case .native: return nil
    case .endpoint: return .endpoint(try EndpointSettings(section, resolve: resolve))
    case .ray, .torchrun: return .workers(try WorkerSamplerSettings(section, resolve: resolve))
    }
  }
}

extension ConfigurationSection {
  /// What someone might call a secret that he writes into the file itself.
  private static let secretKeys = ["key", "api_key", "apikey", "token", "password", "secret", "authorization"]

  /// A section whose key `engine` decides which other keys it has; nil where there is no such section.
  ///
  /// - Parameter keys: By engine, `engine` included; one that is not in it has no other keys.
  func engine<Engine: RawRepresentable & CaseIterable & Hashable>(
    _ name: String, _ type: Engine.Type, keys: [Engine: [String]]
  ) throws -> (engine: Engine, section: ConfigurationSection)? where Engine.RawValue == String {
    guard contains(name) else { return nil }
    var all = ["engine"]
    for engine in Engine.allCases { all += (keys[engine] ?? []).filter { !all.contains($0) } }
    let section = try self.section(name, keys: all, secrets: Self.secretKeys)
    guard let engine = try section.choice("engine", Engine.self) else {
      throw section.missing("engine", "give one of " + Engine.allCases.map(\.rawValue).joined(separator: ", "))
    }
    for key in all where section.contains(key) && key != "engine" && keys[engine]?.contains(key) != true {
      throw section.invalid(key, "is no key of the engine '\(engine.rawValue)'; remove it or change 'engine'")
    }
    return (engine, section)
  }
}
