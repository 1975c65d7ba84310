extension Matcher {
  /// The normal form in one line; a part without one as it is written.
  func describe(_ expression: Expression) -> String {
    switch expression {
    case .list(let parts): return joined(parts)
    case .set(let parts): return "{\(joined(parts))}"
    case .ratio(let parts): return parts.map(describe).joined(separator: ":")
    case .brackets(let opens, let parts, let closes): return "\(opens ? "[" : "(")\(joined(parts))\(closes ? "]" : ")")"
    case .union(let parts): return parts.map(describe).joined(separator: " ∪ ")
    case .intersection(let parts): return parts.map(describe).joined(separator: " ∩ ")
    case .difference(let whole, let removed): return "\(describe(whole)) ∖ \(describe(removed))"
    case .matrix(let rows): return "[\(rows.map(joined).joined(separator: "; "))]"
    case .infinity: return "∞"
    case .product([.integer(-1), .infinity]): return "-∞"
    case .reals: return "ℝ"
    case .text(let words): return TextForm.normalized(words)
    case .percent(let value): return "\(describe(value))%"
    case .degrees(let value): return "\(describe(value))°"
    case .quantity(let value, let unit): return "\(describe(value)) \(unit)"
    case .relation(let terms, let signs):
      return zip(terms.dropFirst(), signs).reduce(describe(terms[0])) { "\($0) \($1.1.rawValue) \(describe($1.0))" }
    default:
      guard let choices = try? expression.signChoices() else { return "±…" }  // More signs than are written out.
      if choices.count > 1 { return choices.map(describe).joined(separator: ", ") }
      // A value without normal form is told from others by evaluation only.
      guard let form = try? algebra.normalForm(expression) else { return "(no normal form)" }
      return algebra.describe(form)
    }
  }

  private func joined(_ parts: [Expression]) -> String {
    parts.prefix(40).map(describe).joined(separator: ", ") + (parts.count > 40 ? ", …" : "")
  }
}
