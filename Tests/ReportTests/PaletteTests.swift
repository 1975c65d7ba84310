import Foundation
import Report
import Testing

/// The colours of the report, read from its style sheet, by WCAG 2.2 and for readers with any colour vision.
@Suite struct PaletteTests {
  private static let sheets: [[String: String]] = {
    let page = HTMLReport.render(SyntheticReport.noRuns)
    return page.components(separatedBy: ":root {").dropFirst().map { block in
      let body = block.prefix { $0 != "}" }
      return Dictionary(
        body.split(whereSeparator: { ";\n".contains($0) }).compactMap { line -> (String, String)? in
          let parts = line.split(separator: ":").map { $0.trimmingCharacters(in: .whitespaces) }
          return parts.count == 2 ? (String(parts[0].dropFirst(2)), parts[1]) : nil
        }, uniquingKeysWith: { $1 })
    }
  }()

  private static func colour(_ name: String, dark: Bool) throws -> SIMD3<Double> {
    let sheet = try #require(sheets.indices.contains(dark ? 1 : 0) ? sheets[dark ? 1 : 0] : nil)
    let hex = try #require(sheet[name], "no colour \(name)")
    let value = try #require(Int(hex.dropFirst(), radix: 16))
    func linear(_ byte: Int) -> Double {
      let share = Double(byte) / 255
      return share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4)
    }
    return SIMD3(linear(value >> 16), linear(value >> 8 & 255), linear(value & 255))
  }

  /// WCAG 2.2, "contrast ratio".
  private static func contrast(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> Double {
    func luminance(_ c: SIMD3<Double>) -> Double { 0.2126 * c.x + 0.7152 * c.y + 0.0722 * c.z }
    let (low, high) = (min(luminance(a), luminance(b)), max(luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)
  }

  @Test func theMeasureOfContrastIsThatOfTheStandard() {
    #expect(Self.contrast(SIMD3(repeating: 0), SIMD3(repeating: 1)) == 21)
    #expect(Self.sheets.count == 2)
  }

  /// Text 4.5 : 1 (criterion 1.4.3), on the page and on its panels.
  @Test(arguments: ["ink", "muted", "link", "good", "bad", "equation"], [false, true])
  func textIsReadable(name: String, dark: Bool) throws {
    for ground in ["page", "panel"] {
      let ratio = try Self.contrast(Self.colour(name, dark: dark), Self.colour(ground, dark: dark))
      #expect(ratio >= 4.5, "\(name) on \(ground): \(ratio)")
    }
  }

  @Test(arguments: [false, true])
  func markedTextIsReadable(dark: Bool) throws {
    #expect(try Self.contrast(Self.colour("mark-ink", dark: dark), Self.colour("mark", dark: dark)) >= 4.5)
  }

  private static let categories = ["c1", "c2", "c3", "c4", "c5", "c6"]
  private static let ordinals = ["o1", "o2", "o3", "o4", "o5"]

  /// What is drawn 3 : 1 (criterion 1.4.11).
  @Test(arguments: categories + ordinals + ["grey"], [false, true])
  func linesAndMarksAreSeen(name: String, dark: Bool) throws {
    let ratio = try Self.contrast(Self.colour(name, dark: dark), Self.colour("page", dark: dark))
    #expect(ratio >= 3, "\(name): \(ratio)")
  }

  /// What a reader with full deuteranopia, protanopia or tritanopia sees (Machado, Oliveira and Fernandes 2009, table 1).
  private static let visions: [(String, [SIMD3<Double>])] = [
    ("normal", [SIMD3(1, 0, 0), SIMD3(0, 1, 0), SIMD3(0, 0, 1)]),
    (
      "deuteranopia",
      [SIMD3(0.367322, 0.860646, -0.227968), SIMD3(0.280085, 0.672501, 0.047413), SIMD3(-0.011820, 0.042940, 0.968881)]
    ),
    (
      "protanopia",
      [
        SIMD3(0.152286, 1.052583, -0.204868), SIMD3(0.114503, 0.786281, 0.099216),
        SIMD3(-0.003882, -0.048116, 1.051998),
      ]
    ),
    (
      "tritanopia",
      [
        SIMD3(1.255528, -0.076749, -0.178779), SIMD3(-0.078411, 0.930809, 0.147602),
        SIMD3(0.004733, 0.691367, 0.303900),
      ]
    ),
  ]

  private static func dot(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> Double { (a * b).sum() }

  /// In Oklab (Ottosson 2020), where equal distances look about equally far.
  private static func distance(_ a: SIMD3<Double>, _ b: SIMD3<Double>, _ vision: [SIMD3<Double>]) -> Double {
    func lab(_ colour: SIMD3<Double>) -> SIMD3<Double> {
      let seen = SIMD3(dot(vision[0], colour), dot(vision[1], colour), dot(vision[2], colour))
        .clamped(lowerBound: .zero, upperBound: .one)
      let cones = SIMD3(
        cbrt(dot(SIMD3(0.4122214708, 0.5363325363, 0.0514459929), seen)),
        cbrt(dot(SIMD3(0.2119034982, 0.6806995451, 0.1073969566), seen)),
        cbrt(dot(SIMD3(0.0883024619, 0.2817188376, 0.6299787005), seen)))
      return SIMD3(
        dot(SIMD3(0.2104542553, 0.7936177850, -0.0040720468), cones),
        dot(SIMD3(1.9779984951, -2.4285922050, 0.4505937099), cones),
        dot(SIMD3(0.0259040371, 0.7827717662, -0.8086757660), cones))
    }
    let difference = lab(a) - lab(b)
    return dot(difference, difference).squareRoot()
  }

  /// Colours of methods differ by four just noticeable differences (0.02) and more; markers and dashes differ besides.
  @Test(arguments: [(categories, 0.08), (ordinals, 0.06)], [false, true])
  func coloursAreToldApartWithAnyColourVision(palette: ([String], Double), dark: Bool) throws {
    for (vision, matrix) in Self.visions {
      for (index, name) in palette.0.enumerated() {
        for other in palette.0[..<index] {
          let distance = try Self.distance(
            Self.colour(name, dark: dark), Self.colour(other, dark: dark), matrix)
          #expect(distance >= palette.1, "\(name) and \(other) in \(vision), \(dark ? "dark" : "light"): \(distance)")
        }
      }
    }
  }
}
