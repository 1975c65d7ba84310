import Core
import RunStore

/// Turns the loop's updates into what a person reads: one moving bar on a terminal, few plain lines elsewhere.
///
/// A value without a clock or an output of its own: the caller passes the time in and prints what comes back.
public struct ProgressMeter: Sendable {
  public enum Style: Sendable, Hashable {
    /// A bar that is drawn over, on a terminal of so many columns.
    case bar(columns: Int)
    /// A line at the end of a stage, and in between where a tenth of it and ten seconds have passed.
    case lines
  }

  private let style: Style
  private var stage: StageKey?
  private var isFinished = false
  /// Where and when this process found the stage: a resumed stage has a rate of its own.
  private var start: (completed: Int, time: Duration) = (0, .zero)
  private var shown: (share: Double, time: Duration) = (0, .zero)

  public init(style: Style) { self.style = style }

  /// Whether a bar stands on the current line, which other output must end first.
  public var isWithinLine: Bool {
    guard case .bar = style else { return false }
    return stage != nil && !isFinished
  }

  /// What to print, if anything. `time` is that of a clock that never goes back.
  public mutating func update(_ update: RunUpdate, at time: Duration) -> String? {
    let progress = update.progress
    let ending = isWithinLine && update.stage != stage ? "\n" : ""
    if update.stage != stage {
      stage = update.stage
      isFinished = false
      start = (progress.completed, time)
      shown = (Self.share(progress), time)
      if case .bar = style, progress.completed < progress.total { return ending + draw(update, at: time) }
    }
    guard !isFinished else { return nil }
    isFinished = progress.completed >= progress.total
    guard isFinished || isDue(progress, at: time) else { return nil }
    shown = (Self.share(progress), time)
    return ending + draw(update, at: time)
  }

  private func isDue(_ progress: StageProgress, at time: Duration) -> Bool {
    switch style {
    case .bar: time - shown.time >= .milliseconds(100)
    case .lines: time - shown.time >= .seconds(10) && Self.share(progress) - shown.share >= 0.1
    }
  }

  private func draw(_ update: RunUpdate, at time: Duration) -> String {
    let title = "M_\(update.stage.iteration) of \(update.iterations)  \(Self.title(update.stage.stage))"
    let figures = figures(update.progress, at: time)
    switch style {
    case .lines: return "\(title)  \(figures)\n"
    case .bar(let columns):
      let width = max(0, min(30, columns - title.count - figures.count - 7))
      let filled = Int(Self.share(update.progress) * Double(width))
      let bar =
        width < 5 ? "" : "[\(String(repeating: "#", count: filled))\(String(repeating: "-", count: width - filled))]  "
      let line = String("\(title)  \(bar)\(figures)".prefix(max(1, columns - 1)))
      return "\r\u{1b}[K\(line)\(isFinished ? "\n" : "")"
    }
  }

  private func figures(_ progress: StageProgress, at time: Duration) -> String {
    let elapsed = (time - start.time) / .seconds(1)
    var parts = ["\(Int(Self.share(progress) * 100)) %", "\(progress.completed)/\(progress.total) \(progress.unit)"]
    let done = Double(progress.completed - start.completed)
    if elapsed > 0, done > 0 {
      let rate = done / elapsed
      parts.append(rate >= 10 ? "\(Int(rate))/s" : "\((rate * 10).rounded() / 10)/s")
      parts.append(
        isFinished
          ? "in \(Self.text(seconds: elapsed))"
          : "\(Self.text(seconds: Double(progress.total - progress.completed) / rate)) left")
    }
    if let note = progress.note { parts.append(note) }
    return parts.joined(separator: "  ")
  }

  private static func share(_ progress: StageProgress) -> Double {
    progress.total > 0 ? min(1, Double(progress.completed) / Double(progress.total)) : 1
  }

  private static func text(seconds: Double) -> String {
    let seconds = Int(min(seconds.rounded(.up), 1e9))
    func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
    return seconds < 3600
      ? "\(seconds / 60):\(two(seconds % 60))"
      : "\(seconds / 3600):\(two(seconds / 60 % 60)):\(two(seconds % 60))"
  }

  private static func title(_ stage: Stage) -> String {
    switch stage {
    case .select: "training rows chosen"
    case .train: "training"
    case .evaluateTest: "test questions, greedy"
    case .sampleTest: "test questions, sampled"
    case .sampleFailed: "failed test questions, sampled"
    case .evaluateOutOfDistribution: "out-of-distribution questions, greedy"
    case .sampleTrain: "training questions, sampled"
    }
  }
}
