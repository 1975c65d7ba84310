import Foundation

/// What an axis shows: its title with the unit, its extent and its ticks.
package struct Axis: Sendable {
  package struct Tick: Sendable, Hashable {
    package let value: Double
    package let label: String
  }

  package let title: String
  package let kind: Scale.Kind
  package let domain: ClosedRange<Double>
  package let ticks: [Tick]

  /// Whole numbers, such as iterations: a tick at each, or at every second, fifth … where they are many.
  package static func iterations(_ values: [Int], title: String = "iteration t") -> Axis {
    let low = values.min() ?? 1
    let high = values.max() ?? 1
    let step = max(1, Int(niceStep(span: Double(high) - Double(low), count: 10)))
    let ticks = stride(from: low, through: high, by: step).map { Tick(value: Double($0), label: String($0)) }
    return Axis(title: title, kind: .linear, domain: (Double(low) - 0.25)...(Double(high) + 0.25), ticks: ticks)
  }

  /// The sample counts of pass@k; `values` are positive.
  package static func sampleCounts(_ values: [Int], title: String = "samples k, log scale") -> Axis {
    let sorted = Set(values).filter { $0 > 0 }.sorted()
    let low = Double(sorted.first ?? 1)
    let high = Double(sorted.last ?? 1)
    // Labels of at most three digits fit ten times into the narrowest chart.
    let step = max(1, (sorted.count + 9) / 10)
    let ticks = stride(from: 0, to: sorted.count, by: step).map {
      Tick(value: Double(sorted[$0]), label: Decimal.count(sorted[$0]))
    }
    return Axis(title: title, kind: .log2, domain: (low / 1.12)...(high * 1.12), ticks: ticks)
  }

  /// Shares in steps of a twentieth, from 0 to 20 of them.
  static func twentieths(title: String) -> Axis {
    let ticks = [0, 5, 10, 15, 20].map {
      Tick(value: Double($0), label: Decimal.text(Double($0) / 20, decimals: 2))
    }
    return Axis(title: title, kind: .linear, domain: 0...20.5, ticks: ticks)
  }

  /// A linear axis that covers the values and ends on ticks.
  ///
  /// - Parameters:
  ///   - bounds: Where the measure itself ends, as 0 and 100 for a percentage.
  ///   - minimumSpan: The least extent, so that noise is not blown up to the height of the figure.
  package static func covering(
    _ values: [Double], title: String, within bounds: ClosedRange<Double>? = nil, minimumSpan: Double
  ) -> Axis {
    // Beyond this no measure lies; a broken input must not exhaust the ticks' whole numbers.
    let finite = values.filter { $0.magnitude < 1e9 }
    var low = finite.min() ?? 0
    var high = finite.max() ?? minimumSpan
    let lacking = minimumSpan - (high - low)
    if lacking > 0 {
      low -= lacking / 2
      high += lacking / 2
    }
    if let bounds {
      // A range pushed over a bound is moved back, so that it keeps its extent.
      if low < bounds.lowerBound { (low, high) = (bounds.lowerBound, high + bounds.lowerBound - low) }
      if high > bounds.upperBound {
        (low, high) = (max(bounds.lowerBound, low - (high - bounds.upperBound)), bounds.upperBound)
      }
    }
    let step = niceStep(span: high - low, count: 5)
    // The tolerance keeps a value that lies on a tick but for rounding from costing a whole step.
    let first = Int((low / step + 1e-9).rounded(.down))
    let last = Int((high / step - 1e-9).rounded(.up))
    let decimals = max(0, Int(-log10(step).rounded(.down)))
    let ticks = (first...max(first + 1, last)).map {
      Tick(value: Double($0) * step, label: Decimal.text(Double($0) * step, decimals: decimals))
    }
    return Axis(
      title: title, kind: .linear, domain: (ticks.first?.value ?? low)...(ticks.last?.value ?? high), ticks: ticks)
  }

  /// The step of 1, 2 or 5 times a power of ten that comes closest to cutting the span into `count` parts.
  package static func niceStep(span: Double, count: Int) -> Double {
    guard span > 0, span.isFinite, count > 0 else { return 1 }
    let raw = span / Double(count)
    let power = pow(10, log10(raw).rounded(.down))
    let fraction = raw / power
    // Geometric means of the neighbours 1, 2, 5, 10 part them.
    if fraction < 1.415 { return power }
    if fraction < 3.163 { return 2 * power }
    if fraction < 7.072 { return 5 * power }
    return 10 * power
  }
}
