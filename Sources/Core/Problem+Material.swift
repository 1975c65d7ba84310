extension Problem {
  /// One of the answers that a multiple-choice question offers.
  public struct Choice: Codable, Sendable, Hashable {
    /// A letter.
    public let label: String
    public let text: String

    public init(label: String, text: String) {
      self.label = label
      self.text = text
    }
  }

  /// What judging an answer needs besides the reference: the choices of a question, the tests of a program.
  public struct Material: Sendable, Hashable {
    public let choices: [Choice]
    /// Statements that fail where the program is wrong.
    public let tests: [String]
    /// What runs before the tests.
    public let setup: String?

    public init(choices: [Choice] = [], tests: [String] = [], setup: String? = nil) {
      self.choices = choices
      self.tests = tests
      self.setup = setup
    }

    public var isEmpty: Bool { choices.isEmpty && tests.isEmpty && setup == nil }
  }
}

extension Problem.Material: Codable {
  private enum CodingKeys: String, CodingKey { case choices, tests, setup }

  /// Choices come as `[{"label","text"}]`, as a list of texts that are labelled A, B, … in order, or as the two lists of
  /// `{"label":[…],"text":[…]}`.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    tests = try container.decodeIfPresent([String].self, forKey: .tests) ?? []
    setup = try container.decodeIfPresent(String.self, forKey: .setup)
    guard container.contains(.choices), try !container.decodeNil(forKey: .choices) else {
      choices = []
      return
    }
    // Not a list of texts, or no list: the forms below say what is wrong.
    if let texts = try? container.decode([String].self, forKey: .choices) {
      choices = Self.labelled(texts)
    } else if let columns = try? container.decode(Columns.self, forKey: .choices) {
      choices = zip(columns.label, columns.text).map { Problem.Choice(label: $0, text: $1) }
    } else {
      choices = try container.decode([Problem.Choice].self, forKey: .choices)
    }
    var labels: Set<String> = []
    let isLettered = choices.allSatisfy {
      $0.label.count == 1 && $0.label.allSatisfy { $0.isASCII && $0.isLetter } && labels.insert($0.label).inserted
    }
    guard isLettered else {
      throw DecodingError.dataCorruptedError(
        forKey: .choices, in: container, debugDescription: "the labels must be different letters, 26 at most")
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    if !choices.isEmpty { try container.encode(choices, forKey: .choices) }
    if !tests.isEmpty { try container.encode(tests, forKey: .tests) }
    try container.encodeIfPresent(setup, forKey: .setup)
  }

  /// `texts` under the labels A, B, …; past Z the label is no letter, and the caller refuses it.
  public static func labelled(_ texts: [String]) -> [Problem.Choice] {
    texts.enumerated().map { index, text in
      let letter = index < 26 ? String(UnicodeScalar(UInt8(ascii: "A") + UInt8(index))) : "\(index + 1)"
      return Problem.Choice(label: letter, text: text)
    }
  }

  private struct Columns: Decodable {
    let label: [String]
    let text: [String]

    private enum CodingKeys: String, CodingKey { case label, text }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      label = try container.decode([String].self, forKey: .label)
      text = try container.decode([String].self, forKey: .text)
      guard label.count == text.count else {
        throw DecodingError.dataCorruptedError(
          forKey: .text, in: container, debugDescription: "there are \(text.count) texts for \(label.count) labels")
      }
    }
  }
}
