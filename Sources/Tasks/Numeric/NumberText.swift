import Core

/// A number of a data set's row, written as one or as a text, in the form that `NumericVerifier` reads.
struct NumberText: Decodable {
  let text: String

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let text = try? container.decode(String.self) {  // Not a text: it must be a number.
      self.text = text
    } else if let integer = try? container.decode(Int.self) {  // Not whole: it has decimals.
      text = String(integer)
    } else {
      text = "\(try container.decode(Double.self))"
    }
  }
}

/// PAL's row: `{"input","target"}`.
struct InputTargetRow: Decodable {
  let input: String
  let target: NumberText
}
