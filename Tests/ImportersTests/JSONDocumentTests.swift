import Foundation
import Importers
import Testing

@Suite struct JSONDocumentTests {
  /// Any JSON value, as Foundation reads it.
  private indirect enum Value: Decodable, Equatable {
    case null
    case flag(Bool)
    case number(Double)
    case text(String)
    case list([Value])
    case object([String: Value])

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if container.decodeNil() {
        self = .null
      } else if let flag = try? container.decode(Bool.self) {  // Each try? below: it is a value of another kind.
        self = .flag(flag)
      } else if let number = try? container.decode(Double.self) {
        self = .number(number)
      } else if let text = try? container.decode(String.self) {
        self = .text(text)
      } else if let list = try? container.decode([Value].self) {
        self = .list(list)
      } else {
        self = .object(try container.decode([String: Value].self))
      }
    }

    init(_ element: JSONElement) throws {
      if element.isNull {
        self = .null
      } else if let flag = element.flag {
        self = .flag(flag)
      } else if let number = element.number {
        // Foundation refuses what is beyond the range of a Double.
        guard number.isFinite else { throw JSONFault(offset: 0, kind: .notJSON) }
        self = .number(number)
      } else if let text = try element.text() {
        self = .text(text)
      } else if element.isArray {
        self = .list(try element.elements.map(Value.init))
      } else {
        // The first of members with one name, as the subscript gives it.
        var members: [String: Value] = [:]
        for (name, value) in try element.members() where members[name] == nil { members[name] = try Value(value) }
        self = .object(members)
      }
    }
  }

  private func ours(_ bytes: [UInt8]) -> Value? {
    // What is no JSON is nil in both readings.
    try? Value(JSONDocument(bytes).root)
  }

  private func foundations(_ bytes: [UInt8]) -> Value? {
    try? JSONDecoder().decode(Value.self, from: Data(bytes))  // As above.
  }

  private static let seeds: [String] = [
    #"{"problem_id":"a","sample_index":0,"decoding":"greedy","completion":"x\n\"y\" \\ \/ \b\f\r\t","correct":true}"#,
    #"{"problem_id":12,"extracted":null,"completion":"\u00e9\u20ac\ud83d\ude00 é € 😀","reason":"","list":[1,-2.5e-3,[],{}]}"#,
    #"{"a":{"b":{"c":[[[{"d":[1,2,3]}]]]}},"e":0.1,"f":1E5,"g":-0,"h":12345678901234567890}"#,
    #"[null,true,false,"",{},[],[[]],{"":""},1,-1,0.5]"#,
    #""a text that is longer than eight bytes and holds no escape at all""#,
    " {\t\"x\" : [ 1 , 2 ] }\r\n",
  ]

  @Test(arguments: seeds) func readsAsFoundationDoes(_ text: String) throws {
    let bytes = [UInt8](text.utf8)
    #expect(ours(bytes) != nil)
    #expect(ours(bytes) == foundations(bytes))
  }

  @Test(arguments: [
    "", " ", "{", "}", "[", "]", "[1,]", "[,1]", "[1 2]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "{'a':1}",
    "nul",
    "truefalse", "01", "-", "1.", ".5", "1e", "1e+", "+1", "0x10", "NaN", "Infinity", "-Infinity", "\"", "\"\\\"",
    "\"\\x\"",
    "\"\\u12\"", "\"\\u12g4\"", "\"\u{1}\"", "\"\n\"", "[1]]", "{\"a\":1}{", "\"a\" \"b\"", "[\"a\":1]", "{1:2}",
    "\u{7f}", "1,2",
  ])
  func refusesWhatIsNoJSON(_ text: String) {
    let bytes = [UInt8](text.utf8)
    #expect(throws: JSONFault.self) { try JSONDocument(bytes) }
  }

  @Test(arguments: [
    #""\ud83d""#, #""\ude00""#, #""\ud83dx""#, #""\ud83d\n""#, #""\ud83d\ud83d""#, #""\ud83d\u0041""#,
  ])
  func halfASurrogatePairIsNoText(_ text: String) throws {
    let document = try JSONDocument([UInt8](text.utf8))
    let element = document.root
    #expect(throws: JSONFault(offset: 1, kind: .badText)) { try element.text() }
  }

  @Test(
    arguments: [
      [0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x82], [0x80],
    ] as [[UInt8]])
  func bytesThatAreNotUTF8AreNoText(_ bad: [UInt8]) throws {
    for escape in [[], [UInt8]("\\n".utf8)] {
      let document = try JSONDocument([0x22] + bad + escape + [0x22])
      let element = document.root
      #expect(throws: JSONFault.self) { try element.text() }
    }
  }

  @Test func nestingIsBounded() throws {
    func nested(_ depth: Int) -> [UInt8] {
      [UInt8](repeating: UInt8(ascii: "["), count: depth) + [UInt8](repeating: UInt8(ascii: "]"), count: depth)
    }
    #expect(throws: Never.self) { try JSONDocument(nested(512)) }
    #expect(throws: JSONFault(offset: 512, kind: .tooDeep)) { try JSONDocument(nested(513)) }
    let hostile = [UInt8](repeating: UInt8(ascii: "["), count: 5_000_000)
    #expect(throws: JSONFault(offset: 512, kind: .tooDeep)) { try JSONDocument(hostile) }
  }

  @Test(arguments: [
    ("NaN", true), ("Infinity", true), ("-Infinity", true), ("Nan", false), ("-NaN", false), ("Inf", false),
  ])
  func pythonsNumbersAreReadWhereAllowed(text: String, isAllowed: Bool) throws {
    let bytes = [UInt8]("[\(text)]".utf8)
    if isAllowed {
      let document = try JSONDocument(bytes, allowsNonFiniteNumbers: true)
      #expect(document.root.elements.first?.number?.isFinite == false)
    } else {
      #expect(throws: JSONFault.self) { try JSONDocument(bytes, allowsNonFiniteNumbers: true) }
    }
  }

  @Test(
    arguments: [
      ("0", 0), ("-0", 0), ("7", 7), ("-7", -7), ("3.0", 3), ("3e2", 300),
      ("999999999999999999", 999_999_999_999_999_999),
      ("9223372036854775807", Int.max), ("9223372036854775808", nil), ("1.5", nil), ("1e300", nil), ("\"1\"", nil),
      ("true", nil),
    ] as [(String, Int?)])
  func wholeNumbers(text: String, expected: Int?) throws {
    let document = try JSONDocument([UInt8](text.utf8))
    #expect(document.root.integer == expected)
  }

  /// 30,000 mutations: what Foundation reads we read, to the same value, and what it refuses we refuse.
  @Test func mutationsReadAsFoundationReadsThem() {
    var generator = SystemIndependentGenerator(state: 7)
    let alphabet = [UInt8](#"{}[]",:\/untrfalse0123456789.eE+-dD8 "#.utf8) + [0x00, 0x09, 0x1f, 0x80, 0xc3, 0xa9, 0xff]
    for round in 0..<30_000 {
      var bytes = [UInt8](Self.seeds[round % Self.seeds.count].utf8)
      for _ in 0..<Int.random(in: 1...3, using: &generator) {
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: bytes[place] = alphabet.randomElement(using: &generator) ?? 0
        case 1: bytes.insert(alphabet.randomElement(using: &generator) ?? 0, at: place)
        case 2: bytes.remove(at: place)
        default: bytes.removeSubrange(place..<min(bytes.count, place + 12))
        }
        if bytes.isEmpty { bytes = [0x30] }
      }
      let (ours, foundations) = (ours(bytes), foundations(bytes))
      // Texts that are not UTF-8 are tested above.
      guard String(validating: bytes, as: UTF8.self) != nil else { continue }
      // A comma before the end of a list or an object, which Foundation lets pass, is no JSON.
      if ours == nil, String(decoding: bytes, as: UTF8.self).contains(/,\s*[\]}]/) { continue }
      #expect(ours == foundations, "\(String(decoding: bytes, as: UTF8.self))")
      if ours != foundations { return }
    }
  }
}

/// splitmix64: the same mutations in every run.
private struct SystemIndependentGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}
