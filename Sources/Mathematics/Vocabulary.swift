/// The words of LaTeX and of plain mathematical text, each with the one token it means.
enum Vocabulary {
  /// Spacing, size and style: without meaning.
  static let ignored: Set<String> = [
    "left", "right", "big", "Big", "bigg", "Bigg", "bigl", "bigr", "Bigl", "Bigr", "biggl", "biggr", "Biggl", "Biggr",
    "displaystyle", "textstyle", "scriptstyle", "limits", "nolimits", "quad", "qquad", "boxed", "fbox", "middle",
    "thinspace", "bf", "rm", "it", "enspace", "mathstrut", "ensuremath", "mathopen", "mathclose", "therefore",
    "phantom",
  ]

  static let textCommands: Set<String> = [
    "text", "mbox", "textbf", "textit", "textrm", "textsf", "texttt", "textnormal", "mathrm", "mathbf", "mathsf",
    "mathit", "operatorname", "hbox", "bold", "boldsymbol", "emph",
  ]

  static let groupsToSkip: Set<String> = ["hspace", "vspace", "label", "tag"]

  static let separators: [String: Token.Kind] = [
    "and": .separator, "or": .separator, ", and": .separator, ", or": .separator, ",and": .separator,
    ",": .separator, ";": .separator, "&": .separator, "and/or": .separator,
  ]

  /// Control words that are spelled in several ways or stand for a sign.
  static let commands: [String: Token.Kind] = [
    "dfrac": .command("frac"), "tfrac": .command("frac"), "cfrac": .command("frac"), "dbinom": .command("binom"),
    "tbinom": .command("binom"), "choose": .command("choose"),
    "cdot": .mark("*"), "times": .mark("*"), "ast": .mark("*"), "div": .mark("/"),
    "lbrace": .command("{"), "rbrace": .command("}"), "lbrack": .mark("["), "rbrack": .mark("]"),
    "lparen": .mark("("), "rparen": .mark(")"), "vert": .mark("|"), "lvert": .mark("|"), "rvert": .mark("|"),
    "mid": .mark("|"), "colon": .mark(":"), "bullet": .mark("*"),
    "langle": .mark("("), "rangle": .mark(")"),
    "le": .sign(.lessOrEqual), "leq": .sign(.lessOrEqual), "leqslant": .sign(.lessOrEqual), "lt": .sign(.less),
    "ge": .sign(.greaterOrEqual), "geq": .sign(.greaterOrEqual), "geqslant": .sign(.greaterOrEqual),
    "gt": .sign(.greater), "ne": .sign(.unequal), "neq": .sign(.unequal), "approx": .sign(.approximate),
    "approxeq": .sign(.approximate), "simeq": .sign(.approximate), "in": .sign(.element),
    "implies": .separator, "lor": .separator,
    "infinity": .command("infty"), "varnothing": .command("emptyset"), "backslash": .command("setminus"),
    "degree": .command("circ"), "degrees": .command("circ"), "dollar": .currency("dollar"),
    "pounds": .currency("pound"), "euro": .currency("euro"), "percent": .mark("%"),
    "bigcup": .command("cup"), "bigcap": .command("cap"), "varphi": .command("phi"),
    "varepsilon": .command("epsilon"), "vartheta": .command("theta"), "asin": .command("arcsin"),
    "acos": .command("arccos"), "atan": .command("arctan"), "prime": .mark("'"),
  ]

  /// Words that mean the same without a backslash.
  static let plainWords: [String: Token.Kind] = {
    var words: [String: Token.Kind] = [
      "and": .separator, "or": .separator, "infinity": .command("infty"), "inf": .command("infty"),
      "oo": .command("infty"), "asin": .command("arcsin"), "acos": .command("arccos"), "atan": .command("arctan"),
      "percent": .mark("%"), "degrees": .command("circ"), "degree": .command("circ"), "deg": .command("circ"),
    ]
    for name in [
      "sqrt", "pi", "sin", "cos", "tan", "cot", "sec", "csc", "arcsin", "arccos", "arctan", "log", "ln", "exp",
      "alpha", "beta", "gamma", "theta", "lambda", "cup", "infty",
    ] { words[name] = .command(name) }
    return words
  }()

  /// Short words that are not products of names.
  static let shortWords: Set<String> = [
    "of", "the", "we", "is", "to", "one", "two", "six", "ten", "yes", "not", "are", "for", "get", "all", "any", "men",
    "day", "sum", "has", "its", "but", "add",
  ]

  /// Characters beyond ASCII.
  static let characters: [String: [(Token.Kind, String)]] = {
    var table: [String: [(Token.Kind, String)]] = [
      "−": [(.mark("-"), "")], "–": [(.mark("-"), "")], "—": [(.mark("-"), "")], "×": [(.mark("*"), "")],
      "·": [(.mark("*"), "")], "⋅": [(.mark("*"), "")], "÷": [(.mark("/"), "")], "⁄": [(.mark("/"), "")],
      "≤": [(.sign(.lessOrEqual), "")], "≥": [(.sign(.greaterOrEqual), "")], "≠": [(.sign(.unequal), "")],
      "≈": [(.sign(.approximate), "")], "∈": [(.sign(.element), "")], "£": [(.currency("pound"), "")],
      "€": [(.currency("euro"), "")], "¢": [(.text("cents"), "")], "\u{a0}": [], "\u{2009}": [], "\u{202f}": [],
      "\u{200b}": [],
    ]
    for (character, name) in [
      ("π", "pi"), ("∞", "infty"), ("∪", "cup"), ("∩", "cap"), ("±", "pm"), ("∓", "mp"), ("°", "circ"), ("√", "sqrt"),
      ("θ", "theta"), ("α", "alpha"), ("β", "beta"), ("∅", "emptyset"), ("ℝ", "reals"), ("∖", "setminus"),
      ("△", "triangle"), ("∠", "angle"),
    ] { table[character] = [(.command(name), "")] }
    for (exponent, character) in "⁰¹²³⁴⁵⁶⁷⁸⁹".enumerated() {
      table[String(character)] = [(.mark("^"), ""), (.number, String(exponent))]
    }
    for (character, top, bottom) in [
      ("½", "1", "2"), ("⅓", "1", "3"), ("⅔", "2", "3"), ("¼", "1", "4"), ("¾", "3", "4"),
    ] {
      table[character] = [
        (.command("frac"), ""), (.mark("{"), ""), (.number, top), (.mark("}"), ""), (.mark("{"), ""),
        (.number, bottom), (.mark("}"), ""),
      ]
    }
    return table
  }()
}
