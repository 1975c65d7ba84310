import Core

/// A piece of HTML in which text can only stand escaped.
///
/// A fragment is written as a literal; what is interpolated is escaped, unless it is a fragment itself. The literal parts
/// are `StaticString`s, so that no text known only at run time can pass as markup: there is no way round the escaping.
/// Attribute values are to be written between double quotes.
package struct HTMLFragment: Sendable, ExpressibleByStringInterpolation {
  package let markup: String

  package init(stringLiteral value: StaticString) { markup = value.description }

  package init(stringInterpolation: StringInterpolation) { markup = stringInterpolation.markup }

  /// Text, escaped.
  package init(_ text: String) { markup = Self.escape(text) }

  /// The fragments one after another, each on its own lines.
  package init(lines fragments: [HTMLFragment]) { markup = fragments.map(\.markup).joined(separator: "\n") }

  package init(concatenating fragments: [HTMLFragment]) { markup = fragments.map(\.markup).joined() }

  package static let empty: HTMLFragment = ""

  package struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var markup = ""

    package init(literalCapacity: Int, interpolationCount: Int) { markup.reserveCapacity(literalCapacity) }

    package mutating func appendLiteral(_ literal: StaticString) { markup += literal.description }
    package mutating func appendInterpolation(_ text: String) { markup += HTMLFragment.escape(text) }
    package mutating func appendInterpolation(_ number: Int) { markup += String(number) }
    package mutating func appendInterpolation(_ fragment: HTMLFragment) { markup += fragment.markup }
    package mutating func appendInterpolation(_ fragments: [HTMLFragment]) {
      markup += HTMLFragment(lines: fragments).markup
    }
    /// A coordinate in SVG units.
    package mutating func appendInterpolation(at coordinate: Double) { markup += Coordinate.text(coordinate) }
  }

  private static func escape(_ text: String) -> String {
    var result = ""
    result.reserveCapacity(text.utf8.count)
    for scalar in VisibleText.block(text).unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
