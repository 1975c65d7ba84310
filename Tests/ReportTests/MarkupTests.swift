import Core
import Report
import Testing

@Suite struct MarkupTests {
  @Test(arguments: [
    ("a < b & c > \"d\" 'e'", "a &lt; b &amp; c &gt; &quot;d&quot; &#39;e&#39;"),
    ("<script>", "&lt;script&gt;"),
    ("&amp;", "&amp;amp;"),
    ("\u{0}\u{1B}[31m\u{7F}", "␀␛[31m␡"),
    ("a\u{202E}b\u{2066}c", "a⟨U+202E⟩b⟨U+2066⟩c"),
    ("\u{9B}31m\u{200B}\u{E0041}\u{FFFF}", "⟨U+009B⟩31m⟨U+200B⟩⟨U+E0041⟩⟨U+FFFF⟩"),
    ("a\r\nb\nc\td", "a\nb\nc\td"),
    ("a\rb\r", "a␍b␍"),
    ("é👩‍🚀שלום", "é👩‍🚀שלום"),
  ])
  func textIsEscaped(text: String, escaped: String) {
    #expect(HTMLFragment(text).markup == escaped)
    #expect(("<p title=\"\(text)\">" as HTMLFragment).markup == "<p title=\"\(escaped)\">")
  }

  @Test func aFragmentInAFragmentIsNotEscapedAgain() {
    let inner: HTMLFragment = "<b>\("<")</b>"
    #expect(("<p>\(inner)\(3)\(at: 1.50)</p>" as HTMLFragment).markup == "<p><b>&lt;</b>31.5</p>")
  }

  @Test func aLineHoldsNoBreak() {
    #expect(VisibleText.line("a\r\nb\tc") == "a␍␊b␉c")
  }
}
