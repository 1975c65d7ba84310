import Core
import Iteration
import RunStore
import Testing

@Suite struct ProgressMeterTests {
  static func update(_ completed: Int, _ total: Int = 100, _ stage: Stage = .sampleTrain, note: String? = nil)
    -> RunUpdate
  {
    RunUpdate(
      stage: StageKey(2, stage), iterations: 5,
      progress: StageProgress(completed: completed, total: total, unit: "answers", note: note))
  }

  static func printed(_ style: ProgressMeter.Style, _ updates: [(RunUpdate, Double)]) -> [String] {
    var meter = ProgressMeter(style: style)
    return updates.compactMap { meter.update($0.0, at: .milliseconds(Int($0.1 * 1000))) }
  }

  @Test func plainLinesAreFew() {
    let updates = (0...100).map { (Self.update($0), Double($0) * 0.5) }
    #expect(
      Self.printed(.lines, updates) == [
        "M_2 of 5  training questions, sampled  20 %  20/100 answers  2.0/s  0:40 left\n",
        "M_2 of 5  training questions, sampled  40 %  40/100 answers  2.0/s  0:30 left\n",
        "M_2 of 5  training questions, sampled  60 %  60/100 answers  2.0/s  0:20 left\n",
        "M_2 of 5  training questions, sampled  80 %  80/100 answers  2.0/s  0:10 left\n",
        "M_2 of 5  training questions, sampled  100 %  100/100 answers  2.0/s  in 0:50\n",
      ])
  }

  @Test func aLongStageHasALineATenth() {
    let updates = (0...100).map { (Self.update($0), Double($0) * 100) }
    #expect(Self.printed(.lines, updates).count == 10)
  }

  @Test func theEndIsSaidOnce() {
    let updates: [(RunUpdate, Double)] = [(Self.update(0), 0), (Self.update(100), 1), (Self.update(100), 2)]
    #expect(Self.printed(.lines, updates).count == 1)
    #expect(Self.printed(.bar(columns: 100), updates).count == 2)
  }

  @Test func aResumedStageHasItsOwnRate() {
    let updates: [(RunUpdate, Double)] = [(Self.update(50), 0), (Self.update(75), 20)]
    #expect(
      Self.printed(.lines, updates) == [
        "M_2 of 5  training questions, sampled  75 %  75/100 answers  1.3/s  0:20 left\n"
      ])
  }

  @Test func theBarIsDrawnOverAndFitsTheTerminal() {
    let updates: [(RunUpdate, Double)] = [
      (Self.update(0, note: "loss 1.5"), 0), (Self.update(50), 0.05), (Self.update(50), 1),
    ]
    let shown = Self.printed(.bar(columns: 120), updates)
    #expect(shown.count == 2, "not more often than ten times a second")
    #expect(
      shown.first
        == "\r\u{1b}[KM_2 of 5  training questions, sampled  [\(String(repeating: "-", count: 30))]  0 %  0/100 answers  "
        + "loss 1.5")
    #expect(shown.last?.hasSuffix("]  50 %  50/100 answers  50/s  0:01 left") == true)
    #expect(shown.last?.contains("[###############---------------]") == true)
    for columns in [10, 40, 60, 80, 200] {
      let lines = Self.printed(.bar(columns: columns), updates)
      #expect(lines.allSatisfy { $0.dropFirst(4).count < columns }, "\(columns)")
    }
  }

  @Test func anEmptyStageIsDone() {
    #expect(
      Self.printed(.lines, [(Self.update(0, 0, .sampleFailed), 0)]) == [
        "M_2 of 5  failed test questions, sampled  100 %  0/0 answers\n"
      ])
  }
}
