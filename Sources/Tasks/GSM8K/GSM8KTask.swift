import Core
import Foundation

/// Grade-school word problems (Cobbe et al. 2021, arXiv 2110.14168).
public struct GSM8KTask: BenchmarkTask {
  public let name = "gsm8k"
  public let version = 1
  public var verifier: any Verifier { NumericVerifier() }

  public init() {}
}
