/// A small line chart of characters: braille dots, or signs of ASCII where there are no others.
struct TerminalChart {
  let title: String
  /// By place from left to right; nil interrupts the line.
  let values: [Double?]
  /// The words under the first and the last place.
  let ends: (first: String, last: String)
  let decimals: Int
  let colour: TerminalStyle.Colour

  private static let height = 4

  /// Lines of `width` columns each, colours not counted.
  func lines(width: Int, style: TerminalStyle) -> [String] {
    let known = values.compactMap { $0 }.filter(\.isFinite)
    let title = String(title.prefix(width))
    guard let low = known.min(), let high = known.max() else { return [] }
    let labels = [high, low].map { Decimal.digits($0, decimals: decimals, minus: "-", plus: "") }
    let margin = labels.map(\.count).max() ?? 0
    let columns = max(4, width - margin - 2)
    // A flat line lies in the middle.
    let span = high > low ? high - low : 1
    let base = high > low ? low : low - 0.5
    let heights = values.map { value in value.flatMap { $0.isFinite ? ($0 - base) / span : nil } }
    let canvas = style.isUnicode ? Self.braille(heights, columns) : Self.ascii(heights, columns)
    let (tick, bar) = style.isUnicode ? ("┤", "│") : ("+", "|")
    func pad(_ text: String, _ count: Int) -> String {
      text + String(repeating: " ", count: max(0, count - text.count))
    }
    func padded(_ label: String) -> String { String(repeating: " ", count: margin - label.count) + label }
    var lines = [style.bold(title) + String(repeating: " ", count: max(0, width - title.count))]
    for (row, content) in canvas.enumerated() {
      let isEnd = row == 0 || row == Self.height - 1 && high > low
      let label = row == 0 ? labels[0] : isEnd ? labels[1] : ""
      lines.append(
        padded(label) + " " + (isEnd ? tick : bar) + style.coloured(content, colour))
    }
    let under = ends.first == ends.last ? ends.first : pad(ends.first, columns - ends.last.count) + ends.last
    lines.append(pad(String(repeating: " ", count: margin + 2) + under, width))
    return lines
  }

  /// Columns of the canvas at which the places lie.
  private static func place(_ index: Int, of count: Int, _ width: Int) -> Int {
    count <= 1 ? width / 2 : index * (width - 1) / (count - 1)
  }

  /// Every dot of a line between neighbours that are both known, and single dots.
  private static func dots(_ heights: [Double?], width: Int, height: Int) -> [(x: Int, y: Int)] {
    var dots: [(x: Int, y: Int)] = []
    func level(_ value: Double) -> Int { min(height - 1, max(0, Int((value * Double(height - 1)).rounded()))) }
    for (index, value) in heights.enumerated() {
      guard let value else { continue }
      let x = place(index, of: heights.count, width)
      dots.append((x, level(value)))
      guard index + 1 < heights.count, let next = heights[index + 1] else { continue }
      let end = place(index + 1, of: heights.count, width)
      for step in 0..<max(0, end - x) {
        dots.append((x + step, level(value + (next - value) * Double(step) / Double(end - x))))
      }
    }
    return dots
  }

  /// Two by four dots a character (U+2800 and on).
  private static func braille(_ heights: [Double?], _ columns: Int) -> [String] {
    let bits: [[UInt32]] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]]
    var cells = [[UInt32]](repeating: [UInt32](repeating: 0, count: columns), count: height)
    for (x, y) in dots(heights, width: columns * 2, height: height * 4) {
      let down = height * 4 - 1 - y
      cells[down / 4][x / 2] |= bits[down % 4][x % 2]
    }
    return cells.map { row in
      String(String.UnicodeScalarView(row.map { $0 == 0 ? " " : Unicode.Scalar(0x2800 + $0) ?? " " }))
    }
  }

  /// A star for a value, a point for the line between two.
  private static func ascii(_ heights: [Double?], _ columns: Int) -> [String] {
    var cells = [[Character]](repeating: [Character](repeating: " ", count: columns), count: height)
    for (x, y) in dots(heights, width: columns, height: height) { cells[height - 1 - y][x] = "." }
    for (index, value) in heights.enumerated() {
      guard let value else { continue }
      let y = min(height - 1, max(0, Int((value * Double(height - 1)).rounded())))
      cells[height - 1 - y][place(index, of: heights.count, columns)] = "*"
    }
    return cells.map { String($0) }
  }
}
