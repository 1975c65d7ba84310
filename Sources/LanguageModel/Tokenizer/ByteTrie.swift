/// Finds the longest of many byte strings at a place in a text.
struct ByteTrie: Sendable {
  private struct Node {
    let byte: UInt8
    /// Of the first child and of the next child of the same parent; 0 for none.
    var child: Int32 = 0
    var sibling: Int32 = 0
    /// What was inserted here, or -1.
    var value: Int32 = -1
  }

  private var nodes = [Node(byte: 0)]
  /// Of the root's children by byte: what a text is searched by.
  private var roots = [Int32](repeating: 0, count: 256)

  var isEmpty: Bool { nodes.count == 1 }

  /// Inserts `text`, unless it is empty; of two equal ones the last counts.
  mutating func insert(_ text: [UInt8], value: Int) {
    guard let first = text.first else { return }
    var node = Int(roots[Int(first)])
    if node == 0 {
      node = nodes.count
      nodes.append(Node(byte: first))
      roots[Int(first)] = Int32(node)
    }
    for byte in text.dropFirst() {
      if let child = child(of: node, byte) {
        node = child
      } else {
        nodes.append(Node(byte: byte, sibling: nodes[node].child))
        nodes[node].child = Int32(nodes.count - 1)
        node = nodes.count - 1
      }
    }
    nodes[node].value = Int32(value)
  }

  func mayStart(with byte: UInt8) -> Bool { roots[Int(byte)] != 0 }

  /// The longest string at `start`.
  func longestMatch(at start: Int, in text: [UInt8], end: Int) -> (value: Int, length: Int)? {
    guard start < end else { return nil }
    var node = Int(roots[Int(text[start])])
    guard node != 0 else { return nil }
    var found: (value: Int, length: Int)?
    var index = start + 1
    while true {
      if nodes[node].value >= 0 { found = (Int(nodes[node].value), index - start) }
      guard index < end, let child = child(of: node, text[index]) else { return found }
      node = child
      index += 1
    }
  }

  private func child(of node: Int, _ byte: UInt8) -> Int? {
    var child = Int(nodes[node].child)
    while child != 0, nodes[child].byte != byte { child = Int(nodes[child].sibling) }
    return child == 0 ? nil : child
  }
}
