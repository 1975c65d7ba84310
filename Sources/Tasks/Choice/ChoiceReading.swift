/// What an answer to a multiple-choice question gives.
enum ChoiceReading: Sendable, Hashable {
  /// The position of the option; several where options have the same words.
  case option([Int], place: String, text: String)
  /// None, or more than one: why.
  case none(reason: String, place: String?, text: String?)
}
