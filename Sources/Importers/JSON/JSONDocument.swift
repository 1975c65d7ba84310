/// One JSON value (RFC 8259), parsed into a flat list of its parts.
///
/// The whole value is checked for its form; a text is decoded, and its UTF-8 checked, when it is asked for. That is several
/// times as fast as `JSONDecoder` where a few fields of a long row are wanted. The storage is used again for the next value.
package final class JSONDocument {
  /// Containers within containers; more is refused. `JSONDecoder` has the same bound.
  static let depthLimit = 512

  /// The bytes that hold the value, among others.
  private(set) var bytes: [UInt8]
  private(set) var nodes: [JSONNode] = []
  /// The containers that are open while parsing.
  private var open: [Int] = []
  /// Whether `NaN`, `Infinity` and `-Infinity` are numbers, as Python's `json` writes them.
  private let allowsNonFiniteNumbers: Bool

  package init(_ bytes: [UInt8], allowsNonFiniteNumbers: Bool = false) {
    self.bytes = bytes
    self.allowsNonFiniteNumbers = allowsNonFiniteNumbers
  }

  /// The value that fills `range`, blanks around it aside. What was parsed before is forgotten.
  package func parse(_ range: Range<Int>) throws(JSONFault) -> JSONElement {
    guard bytes.count <= Int(UInt32.max) else { throw JSONFault(offset: range.lowerBound, kind: .tooLarge) }
    nodes.removeAll(keepingCapacity: true)
    open.removeAll(keepingCapacity: true)
    var scanner = JSONScanner(offset: range.lowerBound, end: range.upperBound)
    try parse(&scanner)
    return JSONElement(document: self, index: 0)
  }

  /// The value that fills the bytes.
  package func parse() throws(JSONFault) -> JSONElement { try parse(0..<bytes.count) }

  private enum Expectation {
    case value, valueOrEnd, name, nameOrEnd, separator
  }

  private func parse(_ scanner: inout JSONScanner) throws(JSONFault) {
    let span = bytes.span
    var expected = Expectation.value
    while true {
      guard let byte = scanner.nextByte(in: span) else { throw scanner.fault() }
      switch expected {
      case .valueOrEnd where byte == UInt8(ascii: "]"), .nameOrEnd where byte == UInt8(ascii: "}"):
        scanner.offset += 1
        close(at: scanner.offset)
        expected = .separator
      case .value, .valueOrEnd:
        switch byte {
        case UInt8(ascii: "{"), UInt8(ascii: "["):
          guard open.count < Self.depthLimit else { throw scanner.fault(.tooDeep) }
          let isObject = byte == UInt8(ascii: "{")
          open.append(nodes.count)
          nodes.append(JSONNode(isObject ? .object : .array, scanner.offset..<scanner.offset))
          scanner.offset += 1
          expected = isObject ? .nameOrEnd : .valueOrEnd
          continue
        default:
          nodes.append(try scanner.scalar(byte, in: span, allowsNonFiniteNumbers: allowsNonFiniteNumbers))
          expected = .separator
        }
      case .name, .nameOrEnd:
        guard byte == UInt8(ascii: "\"") else { throw scanner.fault() }
        nodes.append(try scanner.text(in: span))
        guard scanner.nextByte(in: span) == UInt8(ascii: ":") else { throw scanner.fault() }
        scanner.offset += 1
        expected = .value
      case .separator:
        guard let container = open.last else { throw scanner.fault() }
        let isObject = nodes[container].kind == .object
        switch byte {
        case UInt8(ascii: ","):
          scanner.offset += 1
          expected = isObject ? .name : .value
        case isObject ? UInt8(ascii: "}") : UInt8(ascii: "]"):
          scanner.offset += 1
          close(at: scanner.offset)
        default: throw scanner.fault()
        }
      }
      if expected == .separator, open.isEmpty {
        guard scanner.nextByte(in: span) == nil else { throw scanner.fault() }
        return
      }
    }
  }

  private func close(at end: Int) {
    let container = open.removeLast()
    nodes[container].close(next: nodes.count, end: end)
  }
}
