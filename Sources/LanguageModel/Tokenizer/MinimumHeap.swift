/// A binary heap that yields its smallest element first.
///
/// What it yields depends on the elements alone, not on the order in which they came.
struct MinimumHeap<Element: Comparable> {
  private var elements: [Element] = []

  mutating func insert(_ element: Element) {
    elements.append(element)
    var child = elements.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard elements[child] < elements[parent] else { return }
      elements.swapAt(child, parent)
      child = parent
    }
  }

  mutating func removeMinimum() -> Element? {
    guard let last = elements.popLast() else { return nil }
    guard let minimum = elements.first else { return last }
    elements[0] = last
    var parent = 0
    while true {
      var smallest = parent
      for child in (2 * parent + 1)..<(2 * parent + 3) where child < elements.count {
        if elements[child] < elements[smallest] { smallest = child }
      }
      if smallest == parent { return minimum }
      elements.swapAt(parent, smallest)
      parent = smallest
    }
  }
}

extension MinimumHeap: Sendable where Element: Sendable {}
