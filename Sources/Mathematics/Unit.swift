/// A unit of measure that an answer may carry or leave out.
struct Unit: Hashable, Sendable {
  /// What is measured; lengths, areas and volumes are powers of one dimension.
  let dimension: String
  let power: Int
  /// How many of the dimension's first unit it holds.
  let size: RationalNumber

  /// The unit that `words` name; nil for nouns that only say what was counted (`integers`, `ways`).
  static func of(_ words: String) -> Unit? {
    if let unit = named(words) { return unit }
    var parts = words.lowercased().split { $0 == " " || $0 == "." || $0 == "~" || $0 == "{" || $0 == "}" }.map(
      String.init)
    var power = 1
    if let first = parts.first, let factor = ["square": 2, "sq": 2, "cubic": 3, "cu": 3][first] {
      power = factor
      parts.removeFirst()
    }
    guard var name = parts.first, parts.count == 1 else { return nil }
    if let caret = name.firstIndex(of: "^") {
      guard let written = Int(name[name.index(after: caret)...]), (1...3).contains(written) else { return nil }
      power = written
      name = String(name[..<caret])
    }
    guard let unit = named(name) else { return nil }
    guard power > 1 else { return unit }
    var size = unit.size
    for _ in 1..<power { size = size * unit.size }
    return Unit(dimension: unit.dimension, power: power, size: size)
  }

  static func named(_ name: String) -> Unit? { table[name] }

  private static let table: [String: Unit] = {
    let millimetre = RationalNumber(1)
    let inch = RationalNumber(254, over: 10)
    let families: [(String, [(RationalNumber, [String])])] = [
      (
        "length",
        [
          (millimetre, ["mm", "millimeter", "millimeters", "millimetres"]),
          (RationalNumber(10), ["cm", "centimeter", "centimeters", "centimetre", "centimetres"]),
          (RationalNumber(1000), ["meter", "meters", "metre", "metres"]),
          (RationalNumber(1_000_000), ["km", "kilometer", "kilometers", "kilometres"]),
          (inch, ["in", "inch", "inches"]), (inch * RationalNumber(12), ["ft", "foot", "feet"]),
          (inch * RationalNumber(36), ["yd", "yard", "yards"]),
          (inch * RationalNumber(63_360), ["mi", "mile", "miles"]),
        ]
      ),
      ("plain length", [(.one, ["unit", "units"])]),
      (
        "time",
        [
          (.one, ["sec", "secs", "second", "seconds"]), (RationalNumber(60), ["min", "mins", "minute", "minutes"]),
          (RationalNumber(3600), ["hr", "hrs", "hour", "hours"]), (RationalNumber(86_400), ["day", "days"]),
          (RationalNumber(604_800), ["week", "weeks"]),
        ]
      ),
      ("months", [(.one, ["month", "months"]), (RationalNumber(12), ["year", "years"])]),
      (
        "money",
        [
          (.one, ["cent", "cents"]), (RationalNumber(100), ["dollar", "dollars", "usd"]),
        ]
      ),
      ("euros", [(.one, ["euro", "euros"])]), ("pounds", [(.one, ["pound", "pounds", "lb", "lbs"])]),
      ("mass", [(.one, ["gm", "gram", "grams"]), (RationalNumber(1000), ["kg", "kilogram", "kilograms"])]),
      ("ounces", [(.one, ["oz", "ounce", "ounces"])]),
      (
        "volume",
        [(.one, ["ml", "milliliter", "milliliters"]), (RationalNumber(1000), ["liter", "liters", "litres"])]
      ),
      ("gallons", [(.one, ["quart", "quarts"]), (RationalNumber(4), ["gallon", "gallons"])]),
      ("speed", [(.one, ["mph"])]), ("metric speed", [(.one, ["kph"])]),
      ("temperature", [(.one, ["celsius"])]), ("other temperature", [(.one, ["fahrenheit"])]),
    ]
    var table: [String: Unit] = ["m": Unit(dimension: "length", power: 1, size: RationalNumber(1000))]
    for (dimension, units) in families {
      for (size, names) in units {
        for name in names { table[name] = Unit(dimension: dimension, power: 1, size: size) }
      }
    }
    return table
  }()
}
