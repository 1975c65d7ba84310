import Randomness
import RunStore

/// The seed of every stage, derived from the run's seed, the iteration and the stage's purpose.
///
/// The method is not part of it: methods that take the same steps give the same models, so that Iterative DPO and
/// Iterative SFT-DPO share M_2, as in the paper's figure.
package struct StageSeeds: Sendable {
  let seed: UInt64

  package init(seed: UInt64) { self.seed = seed }

  /// Of every sampling of a split by M_t. Sample j of a question is the same, however many are drawn at a time.
  func sampling(_ split: Split, iteration: Int) -> UInt64 { value("sample", split.rawValue, "\(iteration)") }

  func selection(iteration: Int) -> UInt64 { value("select", "\(iteration)") }

  package func training(iteration: Int) -> UInt64 { value("train", "\(iteration)") }

  private func value(_ path: String...) -> UInt64 {
    var stream = RandomStream(seed: seed, "run")
    for name in path { stream = stream.child(name) }
    return stream.next()
  }
}
