import Randomness

/// LaTeX of nested operations on numbers short and long: what a mutation of bytes seldom makes.
struct RandomExpressions {
  private var stream: RandomStream

  init(seed: UInt64) { stream = RandomStream(seed: seed, "tests", "expressions") }

  mutating func next(depth: Int) -> String {
    guard depth > 0 else { return number() }
    let operand = next(depth: below(depth))
    switch below(14) {
    case 0: return "(\(operand))^{\(next(depth: below(depth)))}"
    case 1: return "(\(operand)+\(next(depth: below(depth))))"
    case 2: return "(\(operand)-\(next(depth: below(depth))))"
    case 3: return #"\frac{\#(operand)}{\#(next(depth: below(depth)))}"#
    case 4: return #"\sqrt{\#(operand)}"#
    case 5: return #"\sqrt[\#(pick([3, 5, 12, 97, 1_000]))]{\#(operand)}"#
    case 6, 7: return #"\\#(pick(["sin", "cos", "tan", "sec", "ln", "log", "arctan", "arcsin", "exp"]))(\#(operand))"#
    case 8: return #"\log_{\#(next(depth: below(depth)))}(\#(operand))"#
    case 9: return "(\(operand))^{\(pick([2, 10, 99, 1_000, -7]))}"
    case 10: return "(\(operand))^{\(below(1_000)).\(below(100))}"
    case 11: return #"\lfloor \#(operand) \rfloor"#
    case 12: return "(\(operand)+\(next(depth: below(depth)))+\(number()))^{\(pick([2, 20, 100]))}"
    default: return "|\(operand)|"
    }
  }

  private mutating func number() -> String {
    switch below(10) {
    case 0, 1: "\(below(20))"
    case 2: digits(60)
    case 3: "\(digits(9)).\(digits(20))"
    case 4: #"\frac{\#(digits(40))}{\#(digits(40))}"#
    case 5: pick(["x", "y", #"\pi"#, "e", "i"])
    case 6: #"\#(digits(6))\%"#
    case 7: "\(below(3_300))!"
    case 8: #"\#(digits(4))^\circ"#
    default: "10^{\(below(2_500) - 500)}"
    }
  }

  private mutating func digits(_ most: Int) -> String {
    "\(1 + below(9))" + (0..<below(most)).map { _ in "\(below(10))" }.joined()
  }

  private mutating func below(_ bound: Int) -> Int { Int(stream.next() % UInt64(bound)) }
  private mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }
}
