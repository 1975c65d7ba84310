/// A word of LaTeX, or of the plain text that models write instead.
struct Token: Equatable {
  enum Kind: Equatable {
    /// Digits with at most one point, thousands separators removed; a parenthesis opens the digits that repeat.
    case number
    case letter
    /// A control word without its backslash, spelled one way: `dfrac` is `frac`.
    case command(String)
    /// The words of `\text{…}`, or words that stand bare.
    case text(String)
    case mark(UInt8)
    case sign(Expression.Sign)
    /// A sign of currency, with the unit it stands for.
    case currency(String)
    case separator
    case rowEnd
  }

  let kind: Kind
  /// The digits of a number or the name of a letter; empty elsewhere.
  let spelling: String
}

extension Token.Kind {
  static func mark(_ character: Unicode.Scalar) -> Token.Kind { .mark(UInt8(ascii: character)) }
}
