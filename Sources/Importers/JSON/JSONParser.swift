/// Lists the parts of a JSON value. It keeps the open containers in a list, so that depth costs no stack.
struct JSONParser {
  /// Containers within containers; more is refused. `JSONDecoder` has the same bound.
  static let depthLimit = 512

  private(set) var nodes: [JSONNode] = []
  private var open: [Int] = []
  private var scanner: JSONScanner
  private let allowsNonFiniteNumbers: Bool

  init(_ range: Range<Int>, allowsNonFiniteNumbers: Bool) {
    scanner = JSONScanner(offset: range.lowerBound, end: range.upperBound)
    self.allowsNonFiniteNumbers = allowsNonFiniteNumbers
    // As a row of samples has.
    nodes.reserveCapacity(32)
  }

  private enum Expectation {
    case value, valueOrEnd, name, nameOrEnd, separator
  }

  mutating func parse(_ bytes: [UInt8]) throws(JSONFault) {
    guard bytes.count <= Int(UInt32.max) else { throw scanner.fault(.tooLarge) }
    let span = bytes.span
    var expected = Expectation.value
    while true {
      guard let byte = scanner.nextByte(in: span) else { throw scanner.fault() }
      switch expected {
      case .valueOrEnd where byte == UInt8(ascii: "]"), .nameOrEnd where byte == UInt8(ascii: "}"):
        close()
        expected = .separator
      case .value, .valueOrEnd:
        if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") {
          expected = try begin(isObject: byte == UInt8(ascii: "{"))
          continue
        }
        nodes.append(try scanner.scalar(byte, in: span, allowsNonFiniteNumbers: allowsNonFiniteNumbers))
        expected = .separator
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
        case isObject ? UInt8(ascii: "}") : UInt8(ascii: "]"): close()
        default: throw scanner.fault()
        }
      }
      if expected == .separator, open.isEmpty {
        guard scanner.nextByte(in: span) == nil else { throw scanner.fault() }
        return
      }
    }
  }

  private mutating func begin(isObject: Bool) throws(JSONFault) -> Expectation {
    guard open.count < Self.depthLimit else { throw scanner.fault(.tooDeep) }
    open.append(nodes.count)
    nodes.append(JSONNode(isObject ? .object : .array, scanner.offset..<scanner.offset))
    scanner.offset += 1
    return isObject ? .nameOrEnd : .valueOrEnd
  }

  private mutating func close() {
    scanner.offset += 1
    nodes[open.removeLast()].close(next: nodes.count, end: scanner.offset)
  }
}
