import LanguageModel
import Testing

@Suite struct JSONValueTests {
  @Test(arguments: [
    (
      #"{"a":[1,-2,3.5,1e3,true,false,null],"b":{}}"#,
      JSONValue.object([
        .init(
          name: "a",
          value: .list([.integer(1), .integer(-2), .number(3.5), .number(1000), .boolean(true), .boolean(false), .null])
        ),
        .init(name: "b", value: .object([])),
      ])
    ),
    (" [ ] \n", .list([])),
    (#""\"\\\/\b\f\n\r\té\u00e9\uD83D\ude00""#, .string("\"\\/\u{8}\u{c}\n\r\tééa".dropLast() + "\u{1f600}")),
    ("9223372036854775807", .integer(.max)),
    ("9223372036854775808", .number(0x1p63)),
    ("-0.5E-1", .number(-0.05)),
  ])
  func reads(text: String, value: JSONValue) throws {
    #expect(try JSONValue(parsing: Array(text.utf8)) == value)
  }

  @Test(arguments: [
    "", "{", "[1,]", "{\"a\":1,}", "{\"a\" 1}", "{a:1}", "[1 2]", "01", "1.", ".5", "-", "+1", "1e", "1e999", "tru",
    "nul", "\"",
    "\"\\x\"", "\"\\u12g4\"", "\"\\ud800\"", "\"\\ud800\\u0041\"", "\"\\udc00\"", "\"\n\"", "1 1", "NaN", "'a'",
  ])
  func refuses(text: String) {
    #expect(throws: JSONValue.SyntaxError.self) { try JSONValue(parsing: Array(text.utf8)) }
  }

  @Test func refusesTextThatIsNoUTF8() {
    #expect(throws: JSONValue.SyntaxError(offset: 3)) { try JSONValue(parsing: [0x22, 0xff, 0x22]) }
  }

  @Test func deepNestingIsRefusedBeforeTheStackEnds() {
    #expect(throws: JSONValue.SyntaxError.self) { try JSONValue(parsing: [UInt8](repeating: 0x5b, count: 1_000_000)) }
  }

  @Test func canonicallyEquivalentNamesStayApart() throws {
    let value = try JSONValue(parsing: Array("{\"\u{e9}\":1,\"e\u{301}\":2}".utf8))
    guard case .object(let members) = value else {
      Issue.record("not an object")
      return
    }
    #expect(members.map { Array($0.name.utf8) } == [Array("\u{e9}".utf8), Array("e\u{301}".utf8)])
  }
}
