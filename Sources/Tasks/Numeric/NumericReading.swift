/// What a worked answer gives as its final number, and where.
struct NumericReading: Sendable, Hashable {
  /// nil where the place holds no single number.
  let answer: NumericAnswer?
  /// In words: `after ####`.
  let place: String
  /// As it stands there.
  let text: String
}

extension NumericReading {
  /// A text longer than this is no worked answer, and is not read.
  static let lengthLimit = 4_000_000

  /// The first `#### n`; failing that the last stated answer (`The answer is n`, `Answer: n`, `A: n`, `\boxed{n}`);
  /// failing that the last number. nil for a text without any number.
  ///
  /// The first `####`, because a model that goes on after its answer invents further questions. The last statement,
  /// because a model that corrects itself does so later.
  static func final(of text: String) -> NumericReading? {
    guard text.utf8.count <= lengthLimit else {
      return NumericReading(answer: nil, place: "nowhere", text: "more than \(lengthLimit) bytes")
    }
    let reader = AnswerReader(AnswerText.cleaned(text))
    return reader.marked() ?? reader.stated() ?? reader.last()
  }

  /// What GSM8K's own evaluation reads: the number after the first `#### ` that has one directly behind it, and nothing else.
  static func strict(of text: String) -> NumericAnswer? {
    let marker = Array("#### ".utf8)
    let bytes = Array(text.utf8)
    var position = 0
    while position + marker.count < bytes.count {
      guard bytes[position] == marker[0], bytes[position..<(position + marker.count)].elementsEqual(marker) else {
        position += 1
        continue
      }
      position += marker.count
      var end = position
      if bytes[end] == UInt8(ascii: "-") { end += 1 }
      let digits = end
      while end < bytes.count, "0123456789.,".utf8.contains(bytes[end]) { end += 1 }
      guard end > digits else { continue }
      let number = bytes[position..<end].filter { $0 != UInt8(ascii: ",") }
      let scanner = NumberScanner(scalars: number.map { Unicode.Scalar($0) })
      return scanner.firstNumber(in: scanner.scalars.indices)?.answer ?? .unreadable
    }
    return nil
  }
}
