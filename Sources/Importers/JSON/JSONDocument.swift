/// One JSON value (RFC 8259), parsed into a flat list of its parts.
///
/// The whole value is checked for its form; a text is decoded, and its UTF-8 checked, when it is asked for. That is several
/// times as fast as `JSONDecoder` where a few fields of a long row are wanted.
package final class JSONDocument {
  /// The bytes that hold the value, among others.
  let bytes: [UInt8]
  let nodes: [JSONNode]

  /// Parses the value that fills `range`, blanks around it aside; all bytes unless a range is given.
  ///
  /// - Parameter allowsNonFiniteNumbers: Whether `NaN`, `Infinity` and `-Infinity` are numbers, as Python's `json` writes
  ///   them.
  package init(
    _ bytes: [UInt8], _ range: Range<Int>? = nil, allowsNonFiniteNumbers: Bool = false
  ) throws(JSONFault) {
    let range = range ?? 0..<bytes.count
    var parser = JSONParser(range, allowsNonFiniteNumbers: allowsNonFiniteNumbers)
    try parser.parse(bytes)
    self.bytes = bytes
    nodes = parser.nodes
  }

  package var root: JSONElement { JSONElement(document: self, index: 0) }
}
