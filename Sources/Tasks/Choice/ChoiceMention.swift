/// A place of a text that names an option.
struct ChoiceMention: Sendable, Hashable {
  enum Form: Sendable, Hashable {
    /// `(B)`, `"B"`, `option B`, or `B)` where a line begins.
    case marked
    /// A single capital.
    case bare
    /// The option's words.
    case words
  }

  /// Positions of the options that it may be: several only where options have the same words.
  let options: [Int]
  let form: Form
  /// Of tokens, brackets included.
  let range: Range<Int>
  let isListItem: Bool
}
