/// Why bytes are no JSON, or a text within it cannot be read.
package struct JSONFault: Error, Hashable, Sendable {
  /// Of the byte where reading stopped, in the bytes that were read.
  package let offset: Int
  package let kind: Kind

  package init(offset: Int, kind: Kind) {
    self.offset = offset
    self.kind = kind
  }

  package enum Kind: Hashable, Sendable {
    case notJSON
    case tooDeep
    case tooLarge
    /// Text that is not UTF-8, or half of a surrogate pair.
    case badText
  }
}
