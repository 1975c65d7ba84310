import Randomness

/// Sentences that state a small sum. Only the words and the result are trained.
///
/// A stated sum is a one-step problem in disguise, so it is drawn until its canonical form belongs to pretraining.
enum InlineSums {
  static func document(_ stream: inout RandomStream) -> MaskedText {
    var text: MaskedText = "Story:"
    for _ in 0..<stream.integer(in: 3...5) { text = text + " " + sentence(&stream) }
    return text
  }

  private static func sentence(_ stream: inout RandomStream) -> MaskedText {
    while true {
      let (form, text) = draw(&stream)
      if ArithmeticGenerator.split(ofCanonicalForm: form) == .pretraining { return text }
    }
  }

  private static func draw(_ stream: inout RandomStream) -> (form: String, text: MaskedText) {
    let people = Person.draw(2, &stream)
    let (name, other, pronoun) = (people[0].name, people[1].name, people[0].pronoun)
    let items = Item.draw(1, &stream)[0].plural
    let container = stream.pick(Container.all)
    let (a, b) = (stream.integer(in: 2...30), stream.integer(in: 2...24))
    let (k, m) = (stream.integer(in: 2...8), stream.integer(in: 2...18))
    let groups = Term.groups(count: k, size: m, frames: [])
    switch stream.index(below: 13) {
    case 0:
      return (
        chain(a, .gain(b)), "\(name) has \(a) \(items) and gets \(b) more, so now \(pronoun) has \(trained: a + b)."
      )
    case 1:
      return (
        chain(a + b, .loss(b)),
        "\(name) has \(a + b) \(items) and loses \(b), so then \(pronoun) has \(trained: a) \(trained: items) left."
      )
    case 2:
      return (
        GroupsFamily.canonicalForm([.number(a), .number(b)], []),
        "\(a) \(items) and \(b) \(items) make \(trained: a + b) \(trained: items)."
      )
    case 3:
      return (
        GroupsFamily.canonicalForm([groups], []),
        "\(k) \(container) with \(m) \(items) each hold \(trained: k * m) \(trained: items)."
      )
    case 4:
      return (
        ShoppingFamily.canonicalForm([groups], purse: nil),
        "\(name) buys \(k) \(items) for $\(m) each and pays $\(trained: k * m) in all."
      )
    case 5:
      return (
        ShoppingFamily.canonicalForm([.number(a), .number(b)], purse: nil),
        "\(name) pays $\(a) for the \(items) and $\(b) for a cup, $\(trained: a + b) in all."
      )
    case 6:
      return (
        ShoppingFamily.canonicalForm([.number(b)], purse: a + b),
        "\(name) has $\(a + b) and spends $\(b), which leaves $\(trained: a) in the end."
      )
    case 7:
      return (
        SharingFamily.canonicalForm(.number(k * m), [], shareCount: k, later: nil),
        "\(name) shares \(k * m) \(items) equally among \(k) friends and each friend gets \(trained: m)."
      )
    case 8:
      return (
        comparison(a, .more(b)),
        "\(name) has \(a) \(items) and \(other) has \(b) more than \(name), which is \(trained: a + b)."
      )
    case 9:
      return (
        comparison(a + b, .fewer(b)),
        "\(name) has \(a + b) \(items) and \(other) has \(b) fewer than \(name), which is \(trained: a)."
      )
    case 10:
      return (
        comparison(a, .times(2)),
        "\(name) has \(a) \(items) and \(other) has twice as many as \(name), which is \(trained: a * 2)."
      )
    case 11:
      return (
        comparison(m, .times(k)),
        "\(name) has \(m) \(items) and \(other) has \(k) times as many as \(name), which is \(trained: k * m)."
      )
    default:
      return (
        comparison(2 * a, .half),
        "\(name) has \(2 * a) \(items) and \(other) has half as many as \(name), which is \(trained: a)."
      )
    }
  }

  private static func chain(_ start: Int, _ change: Change) -> String {
    ChainFamily.canonicalForm(start, [change])
  }

  private static func comparison(_ first: Int, _ relation: ComparisonFamily.Relation) -> String {
    ComparisonFamily.canonicalForm(first, [relation], bases: [0], summedCount: 1)
  }
}
