import ArgumentParser
import Engines
import Foundation
import LanguageModel

/// Which weights a training moves.
struct AdapterOptions: ParsableArguments {
  @Flag(help: "Train an adapter (LoRA) on the frozen model; --out becomes a PEFT folder.") var lora = false
  @Option(help: "Rank of a new adapter; 8 unless given.") var loraRank: Int?
  @Option(help: "Alpha of a new adapter, which scales it by alpha / rank; 16 unless given.") var loraAlpha: Double?
  @Option(
    help: "Modules that a new adapter stands on, with commas between them: all-linear, which is all of \(names).")
  var loraTargets: String?
  @Option(help: "Dropout of a new adapter; only 0 is supported.") var loraDropout: Double?
  @Flag(help: "Scale a new adapter by alpha / √rank.") var rslora = false
  @Option(help: "PEFT folder of an adapter to train on instead of a new one.", completion: .directory)
  var adapter: String?
  @Flag(help: "Write the model with its trained adapter merged instead of the adapter.") var merge = false

  private static let names = LowRankSettings.Target.allCases.map(\.rawValue).joined(separator: ",")

  func validate() throws {
    let hasShape =
      loraRank != nil || loraAlpha != nil || loraTargets != nil || loraDropout != nil || rslora
    if hasShape, !lora { throw ValidationError("an adapter's shape is given without --lora; add it") }
    if lora, adapter != nil { throw ValidationError("--lora makes a new adapter and --adapter reads one; give one") }
    if merge, !lora, adapter == nil { throw ValidationError("--merge needs an adapter; give --lora or --adapter") }
    if let loraDropout, loraDropout != 0 {
      throw ValidationError("--lora-dropout is \(loraDropout); only 0 is supported")
    }
    if lora { _ = try settings() }
  }

  func weights() throws -> NativeTrainingOptions.Weights {
    if let adapter { return .adapter(URL(filePath: adapter)) }
    return lora ? .newAdapter(try settings()) : .all
  }

  private func settings() throws -> LowRankSettings {
    let settings = LowRankSettings(
      rank: loraRank ?? 8, alpha: loraAlpha ?? 16, targets: try targets(), isRankStabilized: rslora)
    do {
      try settings.check()
    } catch let error as ModelError {
      throw ValidationError(error.message)
    }
    return settings
  }

  private func targets() throws -> [LowRankSettings.Target] {
    guard let loraTargets, loraTargets != "all-linear" else { return LowRankSettings.Target.allCases }
    return try loraTargets.split(separator: ",").map { name in
      guard let target = LowRankSettings.Target(rawValue: String(name)) else {
        throw ValidationError("--lora-targets names '\(name)'; known are all-linear and \(Self.names)")
      }
      return target
    }
  }
}
