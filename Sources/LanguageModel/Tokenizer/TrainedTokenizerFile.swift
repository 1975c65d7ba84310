import Foundation

/// The tokenizer.json of a trained tokenizer, in a form that every version of `tokenizers` reads.
struct TrainedTokenizerFile {
  let specialTokens: [String]
  /// The bytes, then what each merge made.
  let tokens: [[UInt8]]
  /// As indices of `tokens`.
  let merges: [(left: Int, right: Int)]

  var json: Data {
    let spellings = tokens.map { ByteAlphabet.spelling(of: $0) }
    let added = specialTokens.enumerated().map { id, token in
      #"    {"id": \#(id), "content": \#(token.jsonLiteral), "single_word": false, "lstrip": false, "#
        + #""rstrip": false, "normalized": false, "special": true}"#
    }
    let vocabulary = (specialTokens + spellings).enumerated().map { id, token in "      \(token.jsonLiteral): \(id)" }
    let mergeLines = merges.map { "      " + "\(spellings[$0.left]) \(spellings[$0.right])".jsonLiteral }
    let text = """
      {
        "version": "1.0",
        "truncation": null,
        "padding": null,
        "added_tokens": \(Self.list(added)),
        "normalizer": null,
        "pre_tokenizer": {
          "type": "Sequence",
          "pretokenizers": [
            {"type": "Split", "pattern": {"Regex": \(WordPattern.words.jsonLiteral)}, "behavior": "Isolated", \
      "invert": false},
            {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": false}
          ]
        },
        "post_processor": null,
        "decoder": {"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true},
        "model": {
          "type": "BPE",
          "dropout": null,
          "unk_token": null,
          "continuing_subword_prefix": null,
          "end_of_word_suffix": null,
          "fuse_unk": false,
          "byte_fallback": false,
          "ignore_merges": false,
          "vocab": {
      \(vocabulary.joined(separator: ",\n"))
          },
          "merges": \(Self.list(mergeLines))
        }
      }

      """
    return Data(text.utf8)
  }

  private static func list(_ lines: [String]) -> String {
    lines.isEmpty ? "[]" : "[\n" + lines.joined(separator: ",\n") + "\n  ]"
  }
}
