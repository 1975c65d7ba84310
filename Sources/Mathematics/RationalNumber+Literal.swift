import BigInt

extension RationalNumber {
  /// Digits that are read exactly; reading takes the square of their count.
  static let longestLiteral = 2_000

  /// The value of digits with at most one point, and how many stand behind it; nil for more than `longestLiteral`.
  static func parsing(_ spelling: String) -> (value: RationalNumber, places: Int)? {
    var machine = 0
    var places = 0
    var pointSeen = false
    let utf8 = spelling.utf8
    guard utf8.count <= longestLiteral else { return nil }
    if let open = spelling.firstIndex(of: "(") {
      // 0.1(6) = 0.1 + 0.06/0.99…, with as many nines as the period is long.
      guard let head = parsing(String(spelling[..<open])),
        let period = BigInt(spelling[spelling.index(after: open)...])
      else { return nil }
      let length = spelling.distance(from: spelling.index(after: open), to: spelling.endIndex)
      let nines = (BigInt(10).power(length) - 1) * BigInt(10).power(head.places)
      return (head.value + RationalNumber(period, over: nines), 0)
    }
    guard utf8.count <= 18 else { return parsingLong(spelling) }
    for byte in utf8 {
      guard byte != UInt8(ascii: ".") else {
        pointSeen = true
        continue
      }
      machine = machine * 10 + Int(byte) - 48
      if pointSeen { places += 1 }
    }
    guard places > 0 else { return (RationalNumber(machine), 0) }
    return (RationalNumber(BigInt(machine), over: BigInt(10).power(places)), places)
  }

  private static func parsingLong(_ spelling: String) -> (value: RationalNumber, places: Int)? {
    let parts = spelling.split(separator: ".", omittingEmptySubsequences: false)
    let places = parts.count > 1 ? parts[1].utf8.count : 0
    guard let digits = BigInt(parts.joined()) else { return nil }
    guard places > 0 else { return (RationalNumber(digits), 0) }
    return (RationalNumber(digits, over: BigInt(10).power(places)), places)
  }
}
