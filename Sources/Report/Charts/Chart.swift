/// A drawing with its key and its numbers.
protocol Chart: Sendable {
  var size: ChartSize { get }
  var legend: Legend { get }
  /// What the columns of `data` hold, with their units.
  var axes: (x: String, y: String) { get }
  /// Every number that is drawn, in drawn units.
  var data: [ChartDatum] { get }
  /// - Parameter id: Unlike that of any other drawing of the page; of the letters a to z, digits and `-`.
  func svg(id: String) -> HTMLFragment
}

package enum ChartSize: Sendable {
  case regular, small

  var width: Double { self == .regular ? 460 : 330 }
  var height: Double { self == .regular ? 290 : 230 }
}

/// A number of a drawing.
struct ChartDatum: Sendable, Hashable {
  let series: String
  let x: String
  let y: Double
  let low: Double?
  let high: Double?
  /// Questions, or runs where the number is a mean over runs.
  let n: Int?
}

extension Chart {
  /// The frame of a drawing: an image to a screen reader, named by its title and told by its description.
  func frame(id: String, title: String, description: String, height: Double? = nil, _ content: HTMLFragment)
    -> HTMLFragment
  {
    """
    <svg class="chart" viewBox="0 0 \(at: size.width) \(at: height ?? size.height)" role="img" \
    aria-labelledby="\(id)-title \(id)-text">
    <title id="\(id)-title">\(title)</title>
    <desc id="\(id)-text">\(description)</desc>
    \(content)
    </svg>
    """
  }
}
