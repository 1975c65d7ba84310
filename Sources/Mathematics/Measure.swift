/// A value with what may be left out: a unit, a percent sign, degrees.
struct Measure {
  private enum Mark: Equatable {
    case none, percent, degrees
    case unit(String)
  }

  private let value: Expression
  private let mark: Mark

  private init(_ expression: Expression) {
    switch expression {
    case .percent(let inner):
      value = inner
      mark = .percent
    case .degrees(let inner):
      value = inner
      mark = .degrees
    case .quantity(let inner, let unit):
      value = inner
      switch TextForm.normalized(unit) {
      case "degrees", "degree", "": mark = unit.isEmpty ? .none : .degrees
      case "percent": mark = .percent
      default: mark = .unit(unit)
      }
    default:
      value = expression
      mark = .none
    }
  }

  /// The pairs of plain values of which one must agree; none where the units do not fit.
  static func commonReadings(_ left: Expression, _ right: Expression) -> [(Expression, Expression)] {
    let (a, b) = (Measure(left), Measure(right))
    switch (a.mark, b.mark) {
    case (.none, .none): return [(a.value, b.value)]
    case (.percent, .none), (.degrees, .none): return [(a.value, b.value), (left, b.value)]
    case (.none, .percent), (.none, .degrees): return [(a.value, b.value), (a.value, right)]
    case (.unit, .none), (.none, .unit): return [(a.value, b.value)]
    case (.unit(let u), .unit(let v)):
      if TextForm.normalized(u) == TextForm.normalized(v) { return [(a.value, b.value)] }
      switch (Unit.of(u), Unit.of(v)) {
      // Two nouns say what was counted.
      case (nil, nil): return [(a.value, b.value)]
      case (let from?, let to?) where from.dimension == to.dimension && from.power == to.power:
        return [(.product([a.value, .number(from.size)]), .product([b.value, .number(to.size)]))]
      default: return []
      }
    default: return a.mark == b.mark ? [(a.value, b.value)] : []
    }
  }
}
