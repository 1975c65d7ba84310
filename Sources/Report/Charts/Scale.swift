import Foundation

/// From data to SVG units.
package struct Scale: Sendable {
  package enum Kind: Sendable {
    case linear
    /// Equal steps for equal ratios; for the sample counts 1, 2, 4 … of pass@k.
    case log2
  }

  package let kind: Kind
  package let domain: ClosedRange<Double>
  /// Where the ends of the domain lie; the first may exceed the second, as on a vertical axis.
  package let start: Double
  package let end: Double

  package init(_ kind: Kind, domain: ClosedRange<Double>, from start: Double, to end: Double) {
    precondition(kind == .linear || domain.lowerBound > 0, "a logarithmic scale needs positive values")
    self.kind = kind
    self.domain = domain
    self.start = start
    self.end = end
  }

  /// A domain of one value lies in the middle.
  package func position(_ value: Double) -> Double {
    let low = transform(domain.lowerBound)
    let high = transform(domain.upperBound)
    guard high > low else { return (start + end) / 2 }
    return start + (transform(value) - low) / (high - low) * (end - start)
  }

  private func transform(_ value: Double) -> Double { kind == .log2 ? log2(value) : value }
}
