/// What a running sum is made of.
enum Term: Sendable, Hashable {
  case number(Int)
  /// `count` groups of `size`, and how the solution says what they come to.
  case groups(count: Int, size: Int, frames: [Frame])

  /// `12` or `3*4`, the smaller factor first.
  var canonicalForm: String {
    switch self {
    case .number(let number): "\(number)"
    case .groups(let count, let size, _): "\(count)*\(size)"
    }
  }

  var value: Int {
    switch self {
    case .number(let number): number
    case .groups(let count, let size, _): count * size
    }
  }
}

/// A term added or taken away.
struct Change: Sendable, Hashable {
  let isGain: Bool
  let term: Term

  static func gain(_ amount: Int) -> Change { Change(isGain: true, term: .number(amount)) }
  static func loss(_ amount: Int) -> Change { Change(isGain: false, term: .number(amount)) }

  var signedValue: Int { isGain ? term.value : -term.value }
  var canonicalForm: String { (isGain ? "+" : "-") + term.canonicalForm }
}

extension [Change] {
  /// The changes in a fixed order: telling them in another order is a rephrasing.
  var canonicalForm: String { map(\.canonicalForm).sorted().joined() }
}
