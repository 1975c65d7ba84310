/// How one series is told from the others: colour, marker and dashes together, never colour alone.
///
/// The colours are CSS classes, so that the style sheet can give each its tone for light, dark and print.
package struct SeriesStyle: Sendable {
  package enum Marker: Sendable, CaseIterable { case circle, square, triangle, diamond, downTriangle }

  let colour: HTMLFragment
  let marker: Marker
  let dash: HTMLFragment?
  let isHollow: Bool
  /// Drawn thin and without its interval, behind the series that matter.
  var isBackground = false

  /// The palette of Okabe and Ito, which readers with any colour vision can tell apart.
  static func method(_ index: Int) -> SeriesStyle {
    let colours: [HTMLFragment] = ["c1", "c2", "c3", "c4", "c5", "c6"]
    let markers = Marker.allCases
    return SeriesStyle(
      colour: colours[index % colours.count], marker: markers[index % markers.count], dash: nil, isHollow: false)
  }

  static func control(_ index: Int) -> SeriesStyle {
    let dashes: [HTMLFragment] = ["6 4", "2 3", "9 3 2 3"]
    let markers = Marker.allCases
    return SeriesStyle(
      colour: "grey", marker: markers[index % markers.count], dash: dashes[index % dashes.count], isHollow: true)
  }

  /// What a run is compared with inside its own panel; looks like no method and no control.
  static let comparison = SeriesStyle(colour: "plain", marker: .diamond, dash: "2 3", isHollow: true)

  /// Ordered categories, such as levels of difficulty: one hue family from light to dark.
  static func ordinal(_ index: Int, of count: Int) -> SeriesStyle {
    let colours: [HTMLFragment] = ["o1", "o2", "o3", "o4", "o5"]
    let markers = Marker.allCases
    let place = count <= 1 ? colours.count - 1 : index * (colours.count - 1) / (count - 1)
    return SeriesStyle(
      colour: colours[place], marker: markers[index % markers.count], dash: nil, isHollow: index % 2 == 1)
  }

  /// The marker's outline around a point.
  func markerPath(x: Double, y: Double, radius: Double) -> String {
    func corner(_ dx: Double, _ dy: Double) -> String { Coordinate.pair(x + dx * radius, y + dy * radius) }
    switch marker {
    case .circle:
      let r = Coordinate.text(radius)
      return "M\(corner(-1, 0))a\(r),\(r) 0 1,0 \(Coordinate.text(2 * radius)),0"
        + "a\(r),\(r) 0 1,0 \(Coordinate.text(-2 * radius)),0Z"
    case .square: return "M\(corner(-0.9, -0.9))L\(corner(0.9, -0.9)) \(corner(0.9, 0.9)) \(corner(-0.9, 0.9))Z"
    case .triangle: return "M\(corner(0, -1.25))L\(corner(1.15, 0.8)) \(corner(-1.15, 0.8))Z"
    case .diamond: return "M\(corner(0, -1.35))L\(corner(1.35, 0)) \(corner(0, 1.35)) \(corner(-1.35, 0))Z"
    case .downTriangle: return "M\(corner(0, 1.25))L\(corner(1.15, -0.8)) \(corner(-1.15, -0.8))Z"
    }
  }
}
