/// An answer as it is written: what the parser builds and every decision reads.
indirect enum Expression: Hashable, Sendable {
  // Values
  case number(RationalNumber)
  /// A number with a decimal point, and the count of digits after it.
  case decimal(RationalNumber, places: Int)
  case symbol(String)
  case constant(Constant)
  case sum([Expression])
  case product([Expression])
  case quotient(Expression, Expression)
  case power(Expression, Expression)
  case root(Expression, index: Expression)
  case function(Function, Expression)
  case logarithm(Expression, base: Expression)
  case factorial(Expression)
  case binomial(Expression, Expression)
  /// ±x, or ∓x where `opposed`.
  case plusMinus(Expression, opposed: Bool)

  // Values with something that may be left out
  case degrees(Expression)
  case percent(Expression)
  case quantity(Expression, unit: String)

  // Collections
  case list([Expression])
  case set([Expression])
  /// `(…)`, `[…]`, `[…)`, `(…]`, of two or more elements: a tuple or an interval.
  case brackets(opensClosed: Bool, [Expression], closesClosed: Bool)
  case matrix([[Expression]])
  case ratio([Expression])
  case infinity
  case union([Expression])
  case intersection([Expression])
  case difference(Expression, Expression)
  case reals

  // Statements
  /// `terms[0] signs[0] terms[1] signs[1] …`
  case relation([Expression], [Sign])
  case text(String)

  enum Constant: Hashable, Sendable { case pi, e, i }

  enum Function: String, Hashable, Sendable {
    case sin, cos, tan, cot, sec, csc, arcsin, arccos, arctan, exp, abs, floor, ceil
  }

  enum Sign: String, Hashable, Sendable {
    case equal = "="
    case less = "<"
    case lessOrEqual = "≤"
    case greater = ">"
    case greaterOrEqual = "≥"
    case unequal = "≠"
    case approximate = "≈"
    case element = "∈"

    /// The sign of the statement read from right to left.
    var mirrored: Sign {
      switch self {
      case .less: .greater
      case .lessOrEqual: .greaterOrEqual
      case .greater: .less
      case .greaterOrEqual: .lessOrEqual
      case .equal, .unequal, .approximate, .element: self
      }
    }
  }

  static func integer(_ value: Int) -> Expression { .number(RationalNumber(value)) }

  /// The value of a number literal, with its sign.
  var literal: RationalNumber? {
    switch self {
    case .number(let value), .decimal(let value, _): value
    default: nil
    }
  }

  /// −x, folded into a literal.
  var negated: Expression {
    switch self {
    case .number(let value): .number(-value)
    case .decimal(let value, let places): .decimal(-value, places: places)
    case .infinity: .product([.integer(-1), .infinity])
    case .quantity(let value, let unit): .quantity(value.negated, unit: unit)
    case .percent(let value): .percent(value.negated)
    case .degrees(let value): .degrees(value.negated)
    default: .product([.integer(-1), self])
    }
  }
}
