import Foundation
import LanguageModel
import Randomness
import Testing

/// Every test works in a folder of its own, which goes with it.
@Suite final class ModelFolderTests {
  private let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "model-folder-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  private static let configuration = ModelConfiguration(
    vocabularySize: 300, hiddenSize: 12, intermediateSize: 10, layerCount: 2, headCount: 3, keyValueHeadCount: 1,
    headDimension: 6, ropeTheta: 500_000, rmsNormEpsilon: 1e-6, maxPositionCount: 64, bosTokenID: 0,
    eosTokenIDs: [1, 2], padTokenID: 3)

  private static func model(_ configuration: ModelConfiguration = configuration) -> Model {
    let parameters = FloatBuffer(count: ParameterLayout(configuration).count)
    var stream = RandomStream(seed: 1, "model folder")
    for index in 0..<parameters.count { parameters[index] = Float(stream.normal()) }
    return Model(configuration: configuration, parameters: parameters)
  }

  private func names(in folder: URL) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
  }

  private func write(_ text: String, to name: String, in target: URL) throws {
    try Data(text.utf8).write(to: target.appending(path: name))
  }

  /// Why the model in `target` cannot be loaded, without the folder's path.
  private func failure(_ target: URL) throws -> String {
    let error = #expect(throws: ModelError.self) { try Model(contentsOf: target) }
    #expect(error?.code == .badInput)
    return try #require(error).description.replacingOccurrences(of: target.path + "/", with: "")
  }

  @Test(arguments: [StoredElementType.float32, .bfloat16])
  func anInspectionTellsWhatSamplingAndTrainingTake(elementType: StoredElementType) throws {
    let target = folder.appending(path: "m")
    try Self.model().save(to: target, auxiliaryFilesFrom: nil, elementType: elementType)
    let inspection = try ModelInspection(of: target)
    let memory = try #require(inspection.memory)
    let count = ParameterLayout(Self.configuration).count
    #expect(inspection.unsupported == nil && inspection.parameterCount == count)
    #expect(memory.weights == inspection.weightBytes && memory.weights >= elementType.byteCount * count)
    // A model of this size is widened to be sampled, whatever it is stored in.
    #expect(memory.packedForSampling == 4 * count)
    // Two layers, a key and a value of six float32.
    #expect(memory.keyValuePerToken == 2 * 2 * 6 * 4)
    #expect(memory.keyValueOf64Contexts == 64 * 64 * memory.keyValuePerToken)
    #expect(memory.fullFineTuning == 16 * count)
  }

  @Test(arguments: [true, false])
  func aSavedModelComesBack(tiesEmbeddings: Bool) throws {
    var configuration = Self.configuration
    configuration.tiesEmbeddings = tiesEmbeddings
    let model = Self.model(configuration)
    let target = folder.appending(path: "m")
    try model.save(to: target, auxiliaryFilesFrom: nil, elementType: .float32)
    let read = try Model(contentsOf: target)
    #expect(read.configuration == configuration)
    #expect(read.parameters.array == model.parameters.array)
    #expect(try names(in: folder) == ["m"])
    #expect(try names(in: target) == ["config.json", "generation_config.json", "model.safetensors"])
  }

  @Test func sameModelSameBytes() throws {
    for name in ["a", "b"] {
      try Self.model().save(to: folder.appending(path: name), auxiliaryFilesFrom: nil, elementType: .bfloat16)
    }
    for name in ["config.json", "generation_config.json", "model.safetensors"] {
      let first = try Data(contentsOf: folder.appending(path: "a/\(name)"))
      #expect(try Data(contentsOf: folder.appending(path: "b/\(name)")) == first)
    }
  }

  @Test func tokenizerFilesFollowTheModel() throws {
    let source = folder.appending(path: "source")
    try FileManager.default.createDirectory(at: source, withIntermediateDirectories: true)
    try write("{}", to: "tokenizer.json", in: source)
    try write("binary", to: "tokenizer.model", in: source)
    try write("not copied", to: "README.md", in: source)
    let target = folder.appending(path: "m")
    try Self.model().save(to: target, auxiliaryFilesFrom: source, elementType: .bfloat16)
    #expect(
      try names(in: target)
        == ["config.json", "generation_config.json", "model.safetensors", "tokenizer.json", "tokenizer.model"])
    #expect(try Data(contentsOf: target.appending(path: "tokenizer.model")) == Data("binary".utf8))
  }

  @Test func aTrainedTokenizerIsWrittenWithTheNamesOfItsSpecialTokens() throws {
    let json = try BytePairTrainer.train(
      texts: ["a"], vocabularySize: 300, specialTokens: ["<bos>", "<eos>", "<end>", "<pad>"])
    let target = folder.appending(path: "m")
    try Self.model().save(to: target, auxiliaryFilesFrom: folder, tokenizerJSON: json, elementType: .float32)
    #expect(try Data(contentsOf: target.appending(path: "tokenizer.json")) == json)
    let text = try String(contentsOf: target.appending(path: "tokenizer_config.json"), encoding: .utf8)
    #expect(
      text == """
        {
          "clean_up_tokenization_spaces": false,
          "bos_token": "<bos>",
          "eos_token": "<eos>",
          "pad_token": "<pad>",
          "model_input_names": ["input_ids", "attention_mask"],
          "model_max_length": 64,
          "tokenizer_class": "PreTrainedTokenizerFast"
        }

        """)
  }

  @Test func aTokenizerLargerThanTheModelIsRefused() throws {
    let specialTokens = (0..<100).map { "<\($0)>" }
    let json = try BytePairTrainer.train(texts: [], vocabularySize: 400, specialTokens: specialTokens)
    let error = #expect(throws: ModelError.self) {
      try Self.model().save(
        to: folder.appending(path: "m"), auxiliaryFilesFrom: nil, tokenizerJSON: json, elementType: .float32)
    }
    #expect(
      error?.description == "tokenizer.json: has 356 tokens, the model only 300; they do not belong together")
    #expect(try names(in: folder) == [])
  }

  @Test func anExistingFolderStaysAsItIs() throws {
    let target = folder.appending(path: "m")
    try FileManager.default.createDirectory(at: target, withIntermediateDirectories: true)
    #expect(
      throws: ModelError(.badInput, file: target.path, "exists already; choose another folder or remove it")
    ) {
      try Self.model().save(to: target, auxiliaryFilesFrom: nil, elementType: .float32)
    }
    #expect(try names(in: target) == [] && names(in: folder) == ["m"])
  }

  @Test func aFailureOnTheWayLeavesNothingBehind() throws {
    // The name of the folder fits, the name of the unfinished one beside it does not.
    let target = folder.appending(path: String(repeating: "m", count: 250))
    let error = #expect(throws: ModelError.self) {
      try Self.model().save(to: target, auxiliaryFilesFrom: nil, elementType: .float32)
    }
    #expect(error?.code == .system)
    #expect(try names(in: folder) == [])
    let orphan = folder.appending(path: "absent/m")
    let missing = #expect(throws: ModelError.self) {
      try Self.model().save(to: orphan, auxiliaryFilesFrom: nil, elementType: .float32)
    }
    #expect(
      missing
        == ModelError(
          .system, file: orphan.path,
          "cannot be created: No such file or directory; check the path and its permissions"))
  }

  private static let config = """
    {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "vocab_size": 300, "hidden_size": 12, \
    "intermediate_size": 10, "num_hidden_layers": 2, "num_attention_heads": 3}
    """

  private func configuration(_ fields: String, generation: String? = nil) throws -> ModelConfiguration {
    let extended = Self.config.dropLast() + (fields.isEmpty ? "}" : ", \(fields)}")
    try write(String(extended), to: "config.json", in: folder)
    if let generation { try write(generation, to: "generation_config.json", in: folder) }
    return try ModelConfiguration(contentsOf: folder)
  }

  @Test func absentFieldsHaveTheDefaultsOfLlamaConfig() throws {
    let expected = ModelConfiguration(
      vocabularySize: 300, hiddenSize: 12, intermediateSize: 10, layerCount: 2, headCount: 3, keyValueHeadCount: 3,
      headDimension: 4, ropeTheta: 10_000, rmsNormEpsilon: 1e-6, tiesEmbeddings: false, maxPositionCount: 2048,
      bosTokenID: 1, eosTokenIDs: [2], padTokenID: nil)
    #expect(try configuration("") == expected)
  }

  @Test(arguments: [
    (#""rope_theta": 500000.0, "rope_scaling": null"#, 500_000),
    (#""rope_parameters": {"rope_theta": 20000, "rope_type": "default"}"#, 20_000),
    (#""rope_theta": 3, "rope_scaling": {"type": "default"}"#, 3),
    (#""rope_theta": 1, "rope_parameters": {"rope_theta": 2.5}"#, 2.5),
  ])
  func bothSpellingsOfTheRotaryBaseAreRead(fields: String, theta: Double) throws {
    #expect(try configuration(fields).ropeTheta == theta)
  }

  @Test(arguments: [
    (#""rope_scaling": {"type": "linear", "factor": 2}"#, RopeScaling.linear(factor: 2)),
    (#""rope_scaling": {"rope_type": "linear", "type": "yarn", "factor": 2.5}"#, .linear(factor: 2.5)),
    (#""rope_parameters": {"rope_type": "linear", "factor": 3, "rope_theta": 1}"#, .linear(factor: 3)),
    (
      #""rope_scaling": {"rope_type": "llama3", "factor": 8, "low_freq_factor": 1, "high_freq_factor": 4, "#
        + #""original_max_position_embeddings": 8192}, "rope_parameters": {"rope_type": "yarn"}"#,
      .llama3(factor: 8, lowFrequencyFactor: 1, highFrequencyFactor: 4, originalContext: 8192)
    ),
    (
      #""rope_parameters": {"rope_type": "llama3", "factor": 32, "low_freq_factor": 1, "high_freq_factor": 4}, "#
        + #""max_position_embeddings": 4000, "rope_scaling": {}"#,
      .llama3(factor: 32, lowFrequencyFactor: 1, highFrequencyFactor: 4, originalContext: 4000)
    ),
  ])
  func ropeScalingIsReadInBothSpellings(fields: String, scaling: RopeScaling) throws {
    #expect(try configuration(fields).ropeScaling == scaling)
  }

  private func configuration(of type: String, _ fields: String) throws -> ModelConfiguration {
    let text = Self.config.replacing("LlamaForCausalLM", with: type)
      .replacing("llama", with: type == "Qwen2ForCausalLM" ? "qwen2" : "mistral")
    try write(String(text.dropLast()) + ", \(fields)}", to: "config.json", in: folder)
    return try ModelConfiguration(contentsOf: folder)
  }

  @Test(
    arguments: [
      ("MistralForCausalLM", #""num_key_value_heads": 3"#, [4096, 4096]),
      ("MistralForCausalLM", #""num_key_value_heads": 3, "sliding_window": 7"#, [7, 7]),
      ("MistralForCausalLM", #""num_key_value_heads": null, "sliding_window": null"#, [nil, nil]),
      ("Qwen2ForCausalLM", #""num_key_value_heads": 3, "sliding_window": 7"#, [nil, nil]),
      ("Qwen2ForCausalLM", #""num_key_value_heads": 3, "sliding_window": 7, "use_sliding_window": true"#, [nil, nil]),
      (
        "Qwen2ForCausalLM",
        #""num_key_value_heads": 3, "sliding_window": 7, "use_sliding_window": true, "max_window_layers": 1"#, [nil, 7]
      ),
      (
        "Qwen2ForCausalLM",
        #""num_key_value_heads": 3, "sliding_window": 7, "use_sliding_window": true, "max_window_layers": 1, "#
          + #""layer_types": ["sliding_attention", "full_attention"]"#, [7, nil]
      ),
    ] as [(String, String, [Int?])])
  func theWindowOfEachLayer(type: String, fields: String, windows: [Int?]) throws {
    let configuration = try configuration(of: type, fields)
    #expect((0..<2).map { configuration.slidingWindow(layer: $0) } == windows)
    #expect(configuration.keyValueHeadCount == 3)
    #expect(configuration.hasQueryKeyValueBias == (type == "Qwen2ForCausalLM"))
  }

  @Test(arguments: [
    ("MistralForCausalLM", #""sliding_window": 0"#, "sliding_window is 0; it must lie between 1 and 1099511627776"),
    (
      "MistralForCausalLM", #""layer_types": ["full_attention", "sliding_attention"]"#,
      "layer_types contradicts sliding_window; correct one of them"
    ),
    ("Qwen2ForCausalLM", #""layer_types": ["full_attention"]"#, "layer_types names 1 layers, num_hidden_layers is 2"),
    (
      "Qwen2ForCausalLM", #""layer_types": ["full_attention", "chunked_attention"]"#,
      "layer_types 'chunked_attention' is not supported; supported: full_attention, sliding_attention"
    ),
    ("Qwen2ForCausalLM", "\"a\": 0", "num_attention_heads 3 is no multiple of num_key_value_heads 32"),
  ])
  func aWindowThatCannotBeIsNamed(type: String, fields: String, message: String) throws {
    let heads = fields.contains("\"a\"") ? "" : #", "num_key_value_heads": 3"#
    let error = #expect(throws: ModelError.self) { try configuration(of: type, fields + heads) }
    #expect(try #require(error).message.hasPrefix(message))
  }

  @Test(
    arguments: [
      (#""eos_token_id": 7"#, nil, [7]),
      (#""eos_token_id": [7, 8]"#, nil, [7, 8]),
      (#""eos_token_id": null"#, nil, []),
      (#""eos_token_id": 7"#, #"{"eos_token_id": [9, 10]}"#, [9, 10]),
      (#""eos_token_id": 7"#, "{}", [7]),
    ] as [(String, String?, [Int])])
  func theGenerationConfigurationNamesTheEndOfSequenceFirst(fields: String, generation: String?, ids: [Int]) throws {
    #expect(try configuration(fields, generation: generation).eosTokenIDs == ids)
  }

  @Test(arguments: [
    (
      #""LlamaForCausalLM""#, #""GPT2LMHeadModel""#,
      "architecture 'GPT2LMHeadModel' is not supported; supported: LlamaForCausalLM, MistralForCausalLM, "
        + "Qwen2ForCausalLM"
    ),
    (#""llama""#, #""gpt2""#, "model_type 'gpt2' is not supported; supported: llama, mistral, qwen2"),
    (
      #""llama""#, #""mistral""#,
      "architecture 'LlamaForCausalLM' contradicts model_type 'mistral'; correct one of them"
    ),
    ("}", #", "hidden_act": "gelu"}"#, "hidden_act 'gelu' is not supported; supported: silu"),
    ("}", #", "attention_dropout": 0.1}"#, "attention_dropout '0.1' is not supported; supported: 0.0"),
    ("}", #", "rope_scaling": {"rope_type": "llama3"}}"#, "the field 'rope_scaling.low_freq_factor' is missing"),
    (
      "}", #", "rope_parameters": {"rope_type": "yarn"}}"#,
      "rope_parameters 'yarn' is not supported; supported: default, linear, llama3"
    ),
    (
      "}", #", "rope_scaling": {"type": "dynamic", "factor": 2}}"#,
      "rope_scaling 'dynamic' is not supported; supported: default, linear, llama3"
    ),
    (
      "}", #", "rope_scaling": {"type": "linear", "factor": 0}}"#,
      "rope_scaling.factor is 0.0; it must be positive and less than 1e9"
    ),
    (
      "}", #", "rope_parameters": {"full_attention": {"rope_theta": 1}}}"#,
      "rope_parameters per kind of layer 'full_attention' is not supported; supported: one for all layers"
    ),
    ("}", #", "partial_rotary_factor": 0.5}"#, "partial_rotary_factor '0.5' is not supported; supported: 1.0"),
    (
      "}", #", "hidden_size": 1048575, "head_dim": 4096, "vocab_size": 16777216, "num_hidden_layers": 4096}"#,
      "the sizes make a model of 246419218636800 parameters; check them"
    ),
    (
      "}", #", "quantization_config": {"quant_method": "gptq"}}"#,
      "quantization_config 'gptq' is not supported; supported: weights in F32, F16 or BF16"
    ),
    (#""hidden_size": 12, "#, "", "the field 'hidden_size' is missing"),
    (#""hidden_size": 12"#, #""hidden_size": "12""#, "'hidden_size' must be a whole number"),
    (#""hidden_size": 12"#, #""hidden_size": 13"#, "hidden_size 13 is no multiple of num_attention_heads 3"),
    (#""hidden_size": 12"#, #""hidden_size": 9"#, "the head dimension 3 is odd; rotary embedding needs an even one"),
    (#""vocab_size": 300"#, #""vocab_size": 0"#, "vocab_size is 0; it must lie between 1 and 16777216"),
    (
      #""vocab_size": 300"#, #""vocab_size": 9223372036854775807"#,
      "vocab_size is 9223372036854775807; it must lie between 1 and 16777216"
    ),
    ("}", #", "num_key_value_heads": 2}"#, "num_attention_heads 3 is no multiple of num_key_value_heads 2"),
    ("}", #", "eos_token_id": 300}"#, "eos_token_id 300 is outside the vocabulary of 300"),
    ("}", #", "rope_theta": 0}"#, "rope_theta must be positive and rms_norm_eps not negative"),
    ("}", "", "not valid JSON at byte \(config.utf8.count - 1); the file is damaged or cut off, get it again"),
  ])
  func aConfigurationThatCannotBeUsedIsNamed(found: String, replacement: String, message: String) throws {
    #expect(Self.config.contains(found))
    try write(Self.config.replacingOccurrences(of: found, with: replacement), to: "config.json", in: folder)
    #expect(try failure(folder) == "config.json: \(message)")
  }

  @Test func missingFilesAreNamed() throws {
    let complete = "check that the model folder is complete"
    #expect(try failure(folder) == "config.json: cannot be read: no such file; \(complete)")
    try write(Self.config, to: "config.json", in: folder)
    #expect(try failure(folder) == "model.safetensors: cannot be read: no such file; \(complete)")
    try write(
      #"{"weight_map": {"model.norm.weight": "model-00001-of-00001.safetensors"}}"#,
      to: "model.safetensors.index.json", in: folder)
    #expect(try failure(folder) == "model-00001-of-00001.safetensors: cannot be read: no such file; \(complete)")
  }

  /// Splits the tensors of a saved model over two files, as large checkpoints are.
  private func shard(_ target: URL) throws {
    let whole = try Data(contentsOf: target.appending(path: "model.safetensors"))
    let headerLength = Int(whole[0]) | Int(whole[1]) << 8
    let layout = ParameterLayout(Self.configuration)
    let data = whole[(8 + headerLength)...]
    var map: [String] = []
    for (shard, tensors) in [layout.tensors[..<5], layout.tensors[5...]].enumerated() {
      let name = "model-0000\(shard + 1)-of-00002.safetensors"
      let base = tensors.first?.offset ?? 0
      let entries = tensors.map { tensor in
        let range = [4 * (tensor.offset - base), 4 * (tensor.offset - base + tensor.count)]
        return #""\#(tensor.name)":{"dtype":"F32","shape":\#(tensor.shape),"data_offsets":\#(range)}"#
      }
      let header = Data("{\(entries.joined(separator: ","))}".utf8)
      let end = tensors.last.map { $0.offset + $0.count } ?? 0
      let length = Data((0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) })
      let bytes = data[(data.startIndex + 4 * base)..<(data.startIndex + 4 * end)]
      try (length + header + bytes).write(to: target.appending(path: name))
      map += tensors.map { #""\#($0.name)": "\#(name)""# }
    }
    try write(#"{"weight_map": {\#(map.joined(separator: ","))}}"#, to: "model.safetensors.index.json", in: target)
    try FileManager.default.removeItem(at: target.appending(path: "model.safetensors"))
  }

  @Test func shardsAreReadAsOneFile() throws {
    let model = Self.model()
    let target = folder.appending(path: "m")
    try model.save(to: target, auxiliaryFilesFrom: nil, elementType: .float32)
    try shard(target)
    #expect(try Model(contentsOf: target).parameters.array == model.parameters.array)
  }

  @Test(arguments: [
    (
      "model-00002-of-00002.safetensors", "../model-00002-of-00002.safetensors",
      "weight_map names '../model-00002-of-00002.safetensors', which is no safetensors file of this folder"
    ),
    (
      "model-00002-of-00002.safetensors", "/etc/passwd",
      "weight_map names '/etc/passwd', which is no safetensors file of this folder"
    ),
    (
      "model-00002-of-00002.safetensors", "config.json",
      "weight_map names 'config.json', which is no safetensors file of this folder"
    ),
    (
      "model-00002-of-00002.safetensors", "model-00001-of-00002.safetensors",
      "tensor 'model.layers.0.self_attn.o_proj.weight' is not in model-00001-of-00002.safetensors; "
        + "get the shards again"
    ),
    (
      #""lm_head.weight": "model-00002-of-00002.safetensors""#, "",
      "tensor 'lm_head.weight' of shape [300, 12] is missing"
    ),
    ("weight_map", "weights", "the field 'weight_map' is missing"),
  ])
  func anIndexThatLiesIsNamed(found: String, replacement: String, message: String) throws {
    let target = folder.appending(path: "m")
    try Self.model().save(to: target, auxiliaryFilesFrom: nil, elementType: .float32)
    try shard(target)
    let index = target.appending(path: "model.safetensors.index.json")
    let text = try String(contentsOf: index, encoding: .utf8)
    #expect(text.contains(found))
    let changed = text.replacingOccurrences(of: found, with: replacement).replacingOccurrences(of: ",}", with: "}")
    try write(changed, to: "model.safetensors.index.json", in: target)
    #expect(try failure(target) == "model.safetensors.index.json: \(message)")
  }

  @Test(arguments: [
    (
      #""vocab_size": 300"#, #""vocab_size": 301"#,
      "model.safetensors: tensor 'model.embed_tokens.weight' has shape [300, 12]; config.json asks for [301, 12]"
    ),
    (
      #""num_hidden_layers": 2"#, #""num_hidden_layers": 3"#,
      "model.safetensors: tensor 'model.layers.2.input_layernorm.weight' of shape [12] is missing"
    ),
    (
      #""num_hidden_layers": 2"#, #""num_hidden_layers": 1"#,
      "model.safetensors: tensor 'model.layers.1.input_layernorm.weight' is not part of the model that config.json "
        + "describes"
    ),
  ])
  func weightsThatContradictTheConfigurationAreNamed(found: String, replacement: String, message: String) throws {
    let target = folder.appending(path: "m")
    try Self.model().save(to: target, auxiliaryFilesFrom: nil, elementType: .bfloat16)
    let file = target.appending(path: "config.json")
    let text = try String(contentsOf: file, encoding: .utf8)
    #expect(text.contains(found))
    try write(text.replacingOccurrences(of: found, with: replacement), to: "config.json", in: target)
    #expect(try failure(target) == message)
  }

  @Test func aHeadThatIsTiedMayStandInTheFileAllTheSame() throws {
    let target = folder.appending(path: "m")
    try Self.model().save(to: target, auxiliaryFilesFrom: nil, elementType: .float32)
    let file = target.appending(path: "config.json")
    let text = try String(contentsOf: file, encoding: .utf8)
    let tied = text.replacingOccurrences(of: #""tie_word_embeddings": false"#, with: #""tie_word_embeddings": true"#)
    try write(tied, to: "config.json", in: target)
    let model = try Model(contentsOf: target)
    #expect(model.layout.head == model.layout.embedding)
  }
}
