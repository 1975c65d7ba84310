/// Finds the numbers of a text: thousands separators, signs, currency, percent, decimals, fractions, `3 million`, `1e5`.
struct NumberScanner: Sendable {
  struct Found: Sendable, Hashable {
    /// From the sign or currency to the percent sign or magnitude word.
    let range: Range<Int>
    /// nil for what looks like a number and is none that could be compared: `1,08`, `10:30`, `2^3`, `1/0`.
    let answer: NumericAnswer?
  }

  let scalars: [Unicode.Scalar]

  /// All numbers of `range`, in order.
  func numbers(in range: Range<Int>) -> [Found] {
    var found: [Found] = []
    var position = range.lowerBound
    while let next = firstNumber(in: position..<range.upperBound) {
      found.append(next)
      position = next.range.upperBound
    }
    return found
  }

  /// The first number that begins in `range`.
  func firstNumber(in range: Range<Int>) -> Found? {
    var index = range.lowerBound
    while index < range.upperBound {
      let isStart = isDigit(index) || (scalars[index] == "." && isDigit(index + 1))
      guard isStart else {
        index += 1
        continue
      }
      // The digits of a name, such as `x2`, are no number.
      if index > 0, isLetter(index - 1) || scalars[index - 1] == "_" {
        repeat { index += 1 } while isDigit(index) || isLetter(index)
        continue
      }
      return read(at: index)
    }
    return nil
  }

  func isDigit(_ index: Int) -> Bool { index < scalars.count && ("0"..."9").contains(scalars[index]) }

  func isLetter(_ index: Int) -> Bool { index < scalars.count && scalars[index].properties.isAlphabetic }

  func isCurrency(_ index: Int) -> Bool {
    scalars.indices.contains(index) && scalars[index].properties.generalCategory == .currencySymbol
  }

  private func read(at start: Int) -> Found {
    let (lower, isNegative) = sign(before: start)
    var cursor = start
    let integer = readGroupedDigits(&cursor)
    var digits = integer.digits
    var exponent = 0
    var isWellFormed = integer.isWellFormed
    var isInteger = true
    if cursor < scalars.count, scalars[cursor] == ".", isDigit(cursor + 1) {
      cursor += 1
      isInteger = false
      let fraction = readDigits(&cursor)
      digits += fraction
      exponent = -fraction.count
    }

    var answer: NumericAnswer?
    if isInteger, let fraction = readFraction(after: digits, &cursor) {
      if let value = fraction.value {
        answer = .fraction(isNegative: isNegative, numerator: value.numerator, denominator: value.denominator)
      } else {
        isWellFormed = false
      }
    } else {
      exponent += readScientificExponent(&cursor) ?? 0
      exponent += readMagnitude(&cursor) ?? 0
      answer = NumericAnswer(isNegative: isNegative, digits: digits, exponent: exponent)
    }
    // A further digit after one of these makes it a date, a time, a power, a version or a foreign notation.
    while cursor < scalars.count, ["/", ":", "^", ".", ","].contains(scalars[cursor]), isDigit(cursor + 1) {
      isWellFormed = false
      cursor += 1
      _ = readDigits(&cursor)
    }
    if cursor < scalars.count, scalars[cursor] == "%" { cursor += 1 }
    return Found(range: lower..<cursor, answer: isWellFormed ? answer : nil)
  }

  /// Where the number begins with its currency and sign, and whether the sign is a minus.
  private func sign(before start: Int) -> (lower: Int, isNegative: Bool) {
    var lower = start
    if isCurrency(lower - 1) { lower -= 1 }
    guard lower > 0, scalars[lower - 1] == "-" else { return wordedSign(before: lower) }
    // After a number or a closing bracket it is a subtraction or a range.
    var before = lower - 2
    while before >= 0, scalars[before] == " " { before -= 1 }
    if before >= 0, isDigit(before) || isLetter(lower - 2) || [")", "%"].contains(scalars[before]) {
      return (lower, false)
    }
    lower -= 1
    if isCurrency(lower - 1) { lower -= 1 }
    return (lower, true)
  }

  /// `negative 5`, and `minus 5` where nothing stands before it that could be subtracted from.
  private func wordedSign(before lower: Int) -> (lower: Int, isNegative: Bool) {
    guard lower >= 6, scalars[lower - 1] == " ", isLetter(lower - 2) else { return (lower, false) }
    var start = lower - 1
    while start > 0, lower - start <= 9, isLetter(start - 1) { start -= 1 }
    let word = String(String.UnicodeScalarView(scalars[start..<(lower - 1)])).lowercased()
    if word == "negative" { return (start, true) }
    guard word == "minus" else { return (lower, false) }
    var before = start - 1
    while before >= 0, scalars[before] == " " { before -= 1 }
    let isSubtraction = before >= 0 && (isDigit(before) || [")", "%"].contains(scalars[before]) || isCurrency(before))
    return isSubtraction ? (lower, false) : (start, true)
  }

  private func readDigits(_ cursor: inout Int) -> [UInt8] {
    var digits: [UInt8] = []
    while isDigit(cursor) {
      digits.append(UInt8(truncatingIfNeeded: scalars[cursor].value))
      cursor += 1
    }
    return digits
  }

  /// Digits with separators as in `1,080`, `12,345,678` or, the Indian way, `1,00,000`.
  private func readGroupedDigits(_ cursor: inout Int) -> (digits: [UInt8], isWellFormed: Bool) {
    var groups = [readDigits(&cursor)]
    while cursor < scalars.count, scalars[cursor] == ",", isDigit(cursor + 1) {
      cursor += 1
      groups.append(readDigits(&cursor))
    }
    let digits = groups.flatMap { $0 }
    guard groups.count > 1 else { return (digits, true) }
    let inner = groups[1..<(groups.count - 1)].map(\.count)
    let isGrouped =
      (1...3).contains(groups[0].count) && groups[groups.count - 1].count == 3
      && (inner.allSatisfy { $0 == 3 } || (groups[0].count <= 2 && inner.allSatisfy { $0 == 2 }))
    return (digits, isGrouped)
  }

  /// `/4` after a whole number, or ` 3/4` after the whole part of a mixed one. `value` is nil where it is no number.
  private func readFraction(
    after whole: [UInt8], _ cursor: inout Int
  ) -> (value: (numerator: Int, denominator: Int)?, Void)? {
    if cursor < scalars.count, scalars[cursor] == "/", isDigit(cursor + 1) {
      cursor += 1
      return (fraction(whole: [], whole, readDigits(&cursor)), ())
    }
    guard cursor < scalars.count, scalars[cursor] == " ", isDigit(cursor + 1) else { return nil }
    var ahead = cursor + 1
    let numerator = readDigits(&ahead)
    guard ahead < scalars.count, scalars[ahead] == "/", isDigit(ahead + 1) else { return nil }
    ahead += 1
    let denominator = readDigits(&ahead)
    guard let parts = fraction(whole: whole, numerator, denominator),
      let top = Int(String(decoding: numerator, as: UTF8.self)),
      let bottom = Int(String(decoding: denominator, as: UTF8.self)), top < bottom
    else { return nil }
    cursor = ahead
    return (parts, ())
  }

  private func fraction(
    whole: [UInt8], _ numerator: [UInt8], _ denominator: [UInt8]
  ) -> (numerator: Int, denominator: Int)? {
    // Nine digits each: their products stay within an Int.
    guard [whole, numerator, denominator].allSatisfy({ $0.count <= 9 }),
      let top = Int(String(decoding: numerator, as: UTF8.self)),
      let bottom = Int(String(decoding: denominator, as: UTF8.self)), bottom > 0
    else { return nil }
    return ((Int(String(decoding: whole, as: UTF8.self)) ?? 0) * bottom + top, bottom)
  }

  /// `e5`, `E-3`.
  private func readScientificExponent(_ cursor: inout Int) -> Int? {
    guard cursor < scalars.count, scalars[cursor] == "e" || scalars[cursor] == "E" else { return nil }
    var ahead = cursor + 1
    var isNegative = false
    if ahead < scalars.count, scalars[ahead] == "-" || scalars[ahead] == "+" {
      isNegative = scalars[ahead] == "-"
      ahead += 1
    }
    let digits = readDigits(&ahead)
    guard !digits.isEmpty, digits.count <= 2, !isLetter(ahead),
      let exponent = Int(String(decoding: digits, as: UTF8.self))
    else { return nil }
    cursor = ahead
    return isNegative ? -exponent : exponent
  }

  /// ` million`, `-thousand`: the power of ten.
  private func readMagnitude(_ cursor: inout Int) -> Int? {
    guard cursor < scalars.count, scalars[cursor] == " " || scalars[cursor] == "-" else { return nil }
    var end = cursor + 1
    while isLetter(end), end - cursor <= 10 { end += 1 }
    let word = String(String.UnicodeScalarView(scalars[(cursor + 1)..<end])).lowercased()
    let powers = ["thousand": 3, "million": 6, "billion": 9, "trillion": 12]
    guard let power = powers[word] else { return nil }
    cursor = end
    return power
  }
}
