/// A JSON value as it stands in a file, the members of an object in their order.
///
/// Foundation's readers take seconds over the vocabulary of a large tokenizer, and take keys that are canonically
/// equivalent Unicode for one.
package enum JSONValue: Sendable, Hashable {
  package struct Member: Sendable, Hashable {
    package let name: String
    package let value: JSONValue

    package init(name: String, value: JSONValue) {
      self.name = name
      self.value = value
    }
  }

  case null
  case boolean(Bool)
  case integer(Int)
  case number(Double)
  case string(String)
  case list([JSONValue])
  case object([Member])
}

extension JSONValue {
  /// Why some bytes are not JSON (RFC 8259).
  package struct SyntaxError: Error, Hashable {
    /// Byte at which reading stopped.
    package let offset: Int

    package init(offset: Int) { self.offset = offset }
  }

  /// The one value that `bytes` spell.
  ///
  /// - Throws: `SyntaxError`; also for more than 64 levels of nesting and for an unpaired surrogate.
  package init(parsing bytes: [UInt8]) throws(SyntaxError) {
    var parser = JSONParser(bytes)
    self = try parser.document()
  }
}
