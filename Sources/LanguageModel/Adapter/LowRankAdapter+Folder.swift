import Foundation
import Storage

extension LowRankAdapter {
  fileprivate static let configName = "adapter_config.json"
  private static let weightsName = "adapter_model.safetensors"

  /// The adapter in a PEFT folder: `adapter_config.json` and `adapter_model.safetensors`.
  ///
  /// - Throws: `ModelError` naming the file and what is missing, damaged, not supported, or does not fit `model`.
  public convenience init(contentsOf folder: URL, for model: Model) throws {
    let config = folder.appending(path: Self.configName)
    let object = try JSONObject(try Data(contentsOfModelFile: config), file: config.path)
    try self.init(try LowRankSettings(object), model.layout)
    let url = folder.appending(path: Self.weightsName)
    let file = try SafetensorsFile(contentsOf: url)
    let known = Set(weights.tensors.map(\.name))
    if let other = file.tensors.first(where: { !known.contains($0.name) }) {
      throw ModelError(
        .badInput, file: url.path,
        "tensor '\(other.name)' is no part of the adapter that \(Self.configName) describes on this model")
    }
    for tensor in weights.tensors {
      guard let stored = file.tensor(named: tensor.name) else {
        throw ModelError(.badInput, file: url.path, "tensor '\(tensor.name)' of shape \(tensor.shape) is missing")
      }
      guard stored.shape == tensor.shape else {
        throw ModelError(
          .badInput, file: url.path,
          "tensor '\(tensor.name)' has shape \(stored.shape); rank and model ask for \(tensor.shape)")
      }
      try file.read(stored, into: weights.values, at: tensor.offset)
    }
  }

  /// Writes a PEFT folder in float32, whole or not at all.
  ///
  /// - Parameter baseModel: What PEFT is to load under the adapter: a folder or a name.
  /// - Throws: `ModelError`: bad input where `folder` exists; system where the disk is full or refuses.
  public func save(to folder: URL, baseModel: String) throws {
    try ModelError.translating {
      try NewFolder.create(at: folder) { partial in
        try DurableFile.store(settings.json(baseModel: baseModel), at: partial.appending(path: Self.configName))
        try SafetensorsWriter.write(
          weights.tensors, from: weights.values, as: .float32, to: partial.appending(path: Self.weightsName))
      }
    }
  }
}

extension LowRankSettings {
  /// Those of the adapter in a PEFT folder, to be trained on.
  ///
  /// - Throws: `ModelError` naming an option that is not supported; dropout is one in training.
  public init(trainedIn folder: URL) throws {
    let config = folder.appending(path: LowRankAdapter.configName)
    let object = try JSONObject(try Data(contentsOfModelFile: config), file: config.path)
    if let dropout = try object.number("lora_dropout"), dropout != 0 {
      throw object.error("lora_dropout \(dropout) is not supported in training; set it to 0.0")
    }
    try self.init(object)
  }

  /// Options of PEFT that change what an adapter computes, and the value each has here.
  private static let plain: [(name: String, isPlain: @Sendable (JSONValue) -> Bool)] = [
    ("use_dora", { $0 == .boolean(false) }), ("fan_in_fan_out", { $0 == .boolean(false) }),
    ("lora_bias", { $0 == .boolean(false) }), ("rank_pattern", { $0 == .object([]) }),
    ("alpha_pattern", { $0 == .object([]) }), ("modules_to_save", { $0 == .list([]) }),
    ("layers_to_transform", { _ in false }), ("layer_replication", { _ in false }),
    ("target_parameters", { $0 == .list([]) }), ("trainable_token_indices", { _ in false }),
    ("exclude_modules", { $0 == .list([]) }), ("use_qalora", { $0 == .boolean(false) }),
    ("alora_invocation_tokens", { _ in false }), ("megatron_config", { _ in false }),
  ]

  /// - Throws: `ModelError` naming an option that is not supported.
  init(_ object: JSONObject) throws {
    let type = try object.require(try object.string("peft_type"), "peft_type")
    guard type == "LORA" else { throw object.error("peft_type '\(type)' is not supported; supported: LORA") }
    if let bias = try object.string("bias"), bias != "none" {
      throw object.error("bias '\(bias)' is not supported; supported: none")
    }
    for (name, isPlain) in Self.plain {
      guard let value = object.members.last(where: { $0.name == name })?.value, value != .null else { continue }
      guard isPlain(value) else { throw object.error("the option \(name) is not supported") }
    }
    let names: [String]
    if case .string(let name)? = object.members.last(where: { $0.name == "target_modules" })?.value {
      names = name == "all-linear" ? Target.allCases.map(\.rawValue) : [name]
    } else {
      names = try object.require(try object.strings("target_modules"), "target_modules")
    }
    let targets = try names.map { name in
      // PEFT writes whole paths for what it found under 'all-linear'; a layer that is left out shows in the tensors.
      guard let target = name.split(separator: ".").last.flatMap({ Target(rawValue: String($0)) }) else {
        throw object.error(
          "target module '\(name)' is not supported; supported: "
            + Target.allCases.map(\.rawValue).joined(separator: ", "))
      }
      return target
    }
    self.init(
      rank: try object.require(try object.integer("r"), "r"),
      alpha: try object.require(try object.number("lora_alpha"), "lora_alpha"), targets: targets,
      isRankStabilized: try object.boolean("use_rslora") ?? false)
    do {
      try check()
    } catch let error as ModelError {
      throw object.error(error.message)
    }
  }

  /// The `adapter_config.json` that PEFT reads.
  func json(baseModel: String) -> Data {
    let targets = targets.map(\.rawValue.jsonLiteral).joined(separator: ", ")
    return Data(
      """
      {
        "alpha_pattern": {},
        "base_model_name_or_path": \(baseModel.jsonLiteral),
        "bias": "none",
        "fan_in_fan_out": false,
        "inference_mode": true,
        "init_lora_weights": true,
        "layers_pattern": null,
        "layers_to_transform": null,
        "lora_alpha": \(alpha == alpha.rounded() && abs(alpha) < 1e15 ? String(Int(alpha)) : String(alpha)),
        "lora_dropout": 0.0,
        "modules_to_save": null,
        "peft_type": "LORA",
        "r": \(rank),
        "rank_pattern": {},
        "target_modules": [\(targets)],
        "task_type": "CAUSAL_LM",
        "use_dora": false,
        "use_rslora": \(isRankStabilized)
      }

      """.utf8)
  }
}
