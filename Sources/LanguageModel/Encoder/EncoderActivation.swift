/// The function between the two layers of an encoder's feed-forward network.
package enum EncoderActivation: String, Sendable, Hashable, CaseIterable {
  /// x · Φ(x) with the normal distribution Φ.
  case gelu
  /// The approximation of GELU by tanh.
  case tanhGELU = "gelu_new"

  /// By its name in `config.json`; nil for one that is not supported.
  init?(configName: String) {
    switch configName {
    case "gelu": self = .gelu
    case "gelu_new", "gelu_pytorch_tanh": self = .tanhGELU
    default: return nil
    }
  }

  static let configNames = ["gelu", "gelu_new", "gelu_pytorch_tanh"]
}
