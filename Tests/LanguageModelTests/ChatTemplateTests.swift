import Foundation
import LanguageModel
import Testing

@Suite struct ChatTemplateTests {
  private struct Expected: Decodable {
    struct Row: Decodable {
      let name: String
      let messages: [ChatMessage]
      let addGenerationPrompt: Bool
      let text: String?
    }

    let templates: [String: String]
    let rows: [Row]
  }

  /// The rows of `Tests/Parity/chat_templates.py`, which has them from transformers.
  @Test func textsAreThoseOfJinja() throws {
    let folder = try #require(Bundle.module.url(forResource: "Fixtures", withExtension: nil))
    let data = try Data(contentsOf: folder.appending(path: "chat/expected.json"))
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let expected = try decoder.decode(Expected.self, from: data)
    #expect(expected.rows.count == 84)
    for row in expected.rows {
      let source = try #require(expected.templates[row.name])
      let template = try ChatTemplate(
        source, name: row.name, specialTokens: [("bos_token", "<s>"), ("eos_token", "</s>")])
      guard let text = row.text else {
        #expect(throws: ModelError.self) {
          try template.render(row.messages, addGenerationPrompt: row.addGenerationPrompt)
        }
        continue
      }
      let rendered = try template.render(row.messages, addGenerationPrompt: row.addGenerationPrompt)
      #expect(Array(rendered.utf8) == Array(text.utf8), "\(row.name): \(row.messages)")
    }
  }

  @Test(
    arguments: [
      (
        "{% include 'x' %}",
        "t:1: the statement 'include' is not supported; supported: if, for, set, macro, break, continue, generation"
      ),
      ("a\n{{ x | pprint }}", "t:2: the filter 'pprint' is not supported"),
      ("{{ x is prime }}", "t:1: the test 'prime' is not supported"),
      ("{% if x %}", "t:1: 'endif' is missing"), ("{% endfor %}", "t:1: 'endfor' closes nothing"),
      ("{{ x", "t:1: the tag is not closed by '}}'"),
      ("{{ x.y.z }}", "t:1: undefined 'x' has no attribute 'y'"), ("{{ 1 / 0 }}", "t:1: a division by zero"),
      ("{{ raise_exception('Stop\nhere') }}", "t: Stop\u{fffd}here"),
      ("{% for i in 3 %}{% endfor %}", "t:1: a number cannot be looped over"),
      ("{% break %}", "t:1: 'break' stands outside a loop"),
      ("{{ messages.append(1) }}", "t:1: the method 'append' of a list is not supported"),
      ("{{ range(1000000) }}", "t:1: a range must have a step and at most 100000 items"),
      ("{{ 'abc }}", "t:1: the string is not closed"),
      ("{{ 9223372036854775807 + 1 }}", "t:1: a number grows too large"),
      ("{{ [1, 2 }}", "t:1: '}' closes nothing"),
    ])
  func whatIsWrongIsNamedWithItsLine(source: String, message: String) {
    let error = #expect(throws: ModelError.self) {
      try ChatTemplate(source, name: "t").render([ChatMessage(role: "user", content: "x")])
    }
    #expect(error?.description == message)
  }

  @Test(
    arguments: [
      "{% for a in range(9999) %}{% for b in range(9999) %}{% for c in range(9999) %}x{% endfor %}{% endfor %}{% endfor %}",
      "{% macro f(x) %}{{ f(x) }}{% endmacro %}{{ f(1) }}",
      "{% set ns = namespace(s='xxxxxxxx') %}{% for i in range(99) %}{% set ns.s = ns.s + ns.s %}{% endfor %}",
      "{% set ns = namespace(s=[1]) %}{% for i in range(99) %}{% set ns.s = ns.s + ns.s %}{% endfor %}",
      "{{ 'x' * 99999999999 }}", "{{ 'aaaa'.replace('a', 'b' * 9999999) }}", "{{ (1, 2) * 9 }}",
      "{% set ns = namespace(s=[1]) %}{% for i in range(99) %}{% set ns.s = [ns.s, ns.s] %}{% endfor %}{{ ns.s }}",
      "{% set ns = namespace(s=[1]) %}{% for i in range(99999) %}{% set ns.s = [ns.s] %}{% endfor %}{{ ns.s }}",
      "{% set ns = namespace(s=[1]) %}{% for i in range(30) %}{% set ns.s = [ns.s, ns.s] %}{% endfor %}{{ ns.s == ns.s }}",
      "{% for i in range(9999) %}{% for j in [ns] %}{% set ns = loop %}{% endfor %}{% endfor %}{{ missing.x }}",
      "{{ " + String(repeating: "(1" + String(repeating: " + 1", count: 300) + " + ", count: 20) + "1",
      String(repeating: "(", count: 10_000), "{{ " + String(repeating: "(", count: 10_000),
      "{{ " + String(repeating: "not ", count: 10_000) + "1 | nothing }}",
      "{{ " + String(repeating: "-", count: 10_000) + "1 }}",
      "{{ 1" + String(repeating: " + 1", count: 10_000) + " }}", String(repeating: "{% if 1 %}", count: 10_000),
    ])
  func aHostileTemplateIsRefusedSoon(source: String) {
    let elapsed = ContinuousClock().measure {
      // Text outside of tags is no template's fault.
      if source.hasPrefix("{") {
        #expect(throws: ModelError.self) { try ChatTemplate(source, name: "t").render([]) }
      } else {
        #expect(throws: Never.self) { try ChatTemplate(source, name: "t").render([]) }
      }
    }
    #expect(elapsed < .seconds(20))
  }

  @Test func aFolderHoldsItsTemplateInEitherPlace() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "chat-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer {
      // What is left in the temporary folder harms nobody.
      try? FileManager.default.removeItem(at: folder)
    }
    let missing = #expect(throws: ModelError.self) { try ChatTemplate(contentsOf: folder) }
    #expect(missing?.message.hasPrefix("has no chat template") == true)
    let message = [ChatMessage(role: "user", content: "Hi")]
    let configuration = #"""
      {"bos_token": {"content": "<s>"}, "chat_template": [{"name": "tool_use", "template": "no"},
      {"name": "default", "template": "{{ bos_token }}{{ messages[0].content }}"}]}
      """#
    try Data(configuration.utf8).write(to: folder.appending(path: "tokenizer_config.json"))
    #expect(try ChatTemplate(contentsOf: folder).render(message) == "<s>Hi")
    try Data("{{ strftime_now('%d %b %Y') }} {{ bos_token }}\n".utf8).write(
      to: folder.appending(path: "chat_template.jinja"))
    #expect(
      try ChatTemplate(contentsOf: folder).render(message, date: Date(timeIntervalSince1970: 0)) == "01 Jan 1970 <s>")
  }
}
