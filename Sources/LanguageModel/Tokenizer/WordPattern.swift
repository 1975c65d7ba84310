/// The expressions by which well-known tokenizers cut text into words.
package enum WordPattern {
  /// The pattern of the ByteLevel pre-tokenizer.
  package static let gpt2 =
    #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#
  package static let llama3 =
    #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
  /// `\w+|[^\w\s]+` of the Whitespace pre-tokenizer, which Rust's library reads: joiners belong to words, ² does not.
  static let whitespace =
    #"[\w\u200c\u200d&&[^²³¹¼½¾]]+|[^\s[\w\u200c\u200d&&[^²³¹¼½¾]]]+"#
  /// The pattern of `BytePairTrainer`: words and signs with their leading space; every digit alone, without one.
  package static let words = #"\p{N}| ?\p{L}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#
}
