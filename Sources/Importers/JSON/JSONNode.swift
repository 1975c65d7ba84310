/// One part of a JSON document: a value, or the name of a member, which stands before its value.
struct JSONNode {
  enum Kind: UInt8 {
    case null, no, yes, number
    /// Without any escape.
    case plainText
    case escapedText
    case array, object
  }

  let kind: Kind
  /// Of the first byte; of a text without its quotation marks.
  private let start: UInt32
  private var end: UInt32
  /// Index of the first node after this value; 0 for a scalar, after which the next node stands.
  private var following: UInt32 = 0

  init(_ kind: Kind, _ range: Range<Int>) {
    self.kind = kind
    start = UInt32(truncatingIfNeeded: range.lowerBound)
    end = UInt32(truncatingIfNeeded: range.upperBound)
  }

  var range: Range<Int> { Int(start)..<Int(end) }

  func next(after index: Int) -> Int { following == 0 ? index + 1 : Int(following) }

  mutating func close(next: Int, end: Int) {
    following = UInt32(truncatingIfNeeded: next)
    self.end = UInt32(truncatingIfNeeded: end)
  }
}
