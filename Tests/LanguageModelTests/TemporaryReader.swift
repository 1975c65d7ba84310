import Foundation
import LanguageModel

struct SafetensorsFile {
  let header: [String: Any]
  let data: Data
  init(contentsOf url: URL) throws {
    let all = try Data(contentsOf: url)
    let n = (0..<8).reduce(0) { $0 | Int(all[$1]) << (8 * $1) }
    header = try JSONSerialization.jsonObject(with: all[8..<8 + n]) as? [String: Any] ?? [:]
    data = Data(all[(8 + n)...])
  }
  func floats(named name: String) throws -> [Float] {
    guard let t = header[name] as? [String: Any], let o = t["data_offsets"] as? [Int] else { fatalError(name) }
    return stride(from: o[0], to: o[1], by: 4).map { i in
      Float(bitPattern: (0..<4).reduce(UInt32(0)) { $0 | UInt32(data[i + $1]) << (8 * UInt32($1)) })
    }
  }
}
extension Model {
  convenience init(contentsOf folder: URL) throws {
    let j = try JSONSerialization.jsonObject(with: Data(contentsOf: folder.appending(path: "config.json"))) as? [String: Any] ?? [:]
    func i(_ k: String) -> Int { j[k] as? Int ?? 0 }
    let theta = (j["rope_theta"] as? Double) ?? ((j["rope_parameters"] as? [String: Any])?["rope_theta"] as? Double) ?? 10000
    let c = ModelConfiguration(
      vocabularySize: i("vocab_size"), hiddenSize: i("hidden_size"), intermediateSize: i("intermediate_size"),
      layerCount: i("num_hidden_layers"), headCount: i("num_attention_heads"), keyValueHeadCount: i("num_key_value_heads"),
      headDimension: i("head_dim"), ropeTheta: theta, rmsNormEpsilon: j["rms_norm_eps"] as? Double ?? 1e-5,
      tiesEmbeddings: j["tie_word_embeddings"] as? Bool ?? false)
    let f = try SafetensorsFile(contentsOf: folder.appending(path: "model.safetensors"))
    self.init(configuration: c, parameters: FloatBuffer(try ParameterLayout(c).tensors.flatMap { try f.floats(named: $0.name) }))
  }
}
