import Randomness

/// Someone in a word problem.
struct Person: Sendable, Hashable {
  let name: String
  /// `she` or `he`.
  let pronoun: String
  /// `her` or `him`.
  let objectPronoun: String

  /// The pronoun at the start of a sentence.
  var capitalPronoun: String { pronoun == "she" ? "She" : "He" }

  static let all: [Person] =
    ["Amy", "Eve", "Fay", "Ivy", "Kim", "Mia", "Pam", "Zoe"].map {
      Person(name: $0, pronoun: "she", objectPronoun: "her")
    }
    + ["Ben", "Dan", "Gus", "Jon", "Leo", "Ned", "Sam", "Tom"].map {
      Person(name: $0, pronoun: "he", objectPronoun: "him")
    }

  static func draw(_ count: Int, _ stream: inout RandomStream) -> [Person] { stream.pick(count, of: all) }
}

/// A countable thing.
struct Item: Sendable, Hashable {
  let singular: String
  let plural: String

  /// `a pen`, `an egg`.
  var withArticle: String { ("aeio".contains(singular.prefix(1)) ? "an " : "a ") + singular }

  static let all: [Item] = [
    "apple", "ball", "bead", "book", "card", "coin", "cookie", "cup", "egg", "flower", "pear", "pen", "ring", "shell",
    "stamp", "toy",
  ].map { Item(singular: $0, plural: $0 + "s") }

  static func draw(_ count: Int, _ stream: inout RandomStream) -> [Item] { stream.pick(count, of: all) }
}

/// What items are packed in, in the plural.
enum Container {
  static let all = ["bags", "baskets", "boxes", "jars"]
}

/// `Amy`, `Amy and Ben`, `Amy, Ben and Dan`.
func enumeration(_ parts: [String]) -> String {
  guard parts.count > 1, let last = parts.last else { return parts.joined() }
  return parts.dropLast().joined(separator: ", ") + " and " + last
}
