import Foundation
import LanguageModel

extension FuzzTarget {
  static let models = [
    FuzzTarget("config", dictionary: "json") { scratch in
      try scratch.copy("safetensors/whole.safetensors", as: "model.safetensors")
      return { input in
        _ = try scratch.write("config.json", input)
        try run(modelIn: scratch.folder)
      }
    },
    FuzzTarget("safetensors", dictionary: "json") { scratch in
      try scratch.copy("model/config.json", as: "config.json")
      return { input in
        let file = try scratch.write("model.safetensors", input)
        // A file that no model can be made of is looked at all the same, as a fine-tuning of it would.
        let tensors = try SafetensorsFile(contentsOf: file)
        for tensor in tensors.tensors where tensor.count < 1 << 20 {
          do {
            try tensors.read(tensor, into: FloatBuffer(count: tensor.count), at: 0)
          } catch is ModelError {}
        }
        try run(modelIn: scratch.folder)
      }
    },
    FuzzTarget("safetensors-index", dictionary: "json") { scratch in
      for name in ["config.json", "part-1.safetensors", "part-2.safetensors"] {
        try scratch.copy("model/\(name)", as: name)
      }
      return { input in
        _ = try scratch.write("model.safetensors.index.json", input)
        try run(modelIn: scratch.folder)
      }
    },
    FuzzTarget("modules", dictionary: "json") { scratch in
      for (folder, text) in [("1_Pooling", #"{"pooling_mode_mean_tokens": true}"#), ("2_Normalize", "{}")] {
        try FileManager.default.createDirectory(at: scratch.file(folder), withIntermediateDirectories: false)
        _ = try scratch.write("\(folder)/config.json", Array(text.utf8))
      }
      return { input in
        _ = try scratch.write("modules.json", input)
        _ = try SentenceModules(contentsOf: scratch.folder)
      }
    },
  ]

  /// What opens also runs: sizes that contradict each other would show here.
  private static func run(modelIn folder: URL) throws {
    let model = try Model(storedIn: folder)
    guard model.configuration.vocabularySize > 4, model.layout.count < 1 << 20 else { return }
    let rows = [TokenRow(tokens: [1, 2, 3, 4], promptCount: 1)]
    guard GradientEngine(model, threads: 1).tokenLogProbabilities(rows)[0].count == 3 else {
      throw Breach("three tokens have other than three log-probabilities")
    }
  }
}
