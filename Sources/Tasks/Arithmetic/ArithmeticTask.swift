import Core
import Foundation

/// Generated arithmetic word problems in GSM8K's answer format: the task of the embedded model.
public struct ArithmeticTask: BenchmarkTask {
  public let name = "arithmetic"
  public let version = 2
  public var verifier: any Verifier { NumericVerifier() }

  public init() {}
}
