import Core
import Foundation
import Testing

@Suite struct JSONControlsTests {
  @Test func whatSteersATerminalIsEscapedAndNothingElse() throws {
    let plain = "é “quotes” — ½ 東京 \u{1f468}\u{200d}\u{1f469} \u{a0} ؟ \u{2028}"
    #expect(try JSONLines.line([plain]) == "[\"\(plain)\"]")
    let hostile = "\u{9b}31m \u{7f} \u{202e}abc\u{202c} \u{2066}x\u{2069} \u{200f} \u{61c} \u{85}"
    let line = try JSONLines.line([hostile])
    #expect(
      line == #"["\u009b31m \u007f \u202eabc\u202c \u2066x\u2069 \u200f \u061c \u0085"]"#)
    #expect(try JSONDecoder().decode([String].self, from: Data(line.utf8)) == [hostile])
  }

  @Test func anErrorIsOneLineThatCannotSteerATerminal() {
    let error = InputError(file: "a\u{1b}[2J.jsonl", line: 3, "no '\u{1b}]0;title\u{7}\n\u{202e}' here")
    #expect(error.description == "a␛[2J.jsonl:3: no '␛]0;title␇␊⟨U+202E⟩' here")
  }
}
