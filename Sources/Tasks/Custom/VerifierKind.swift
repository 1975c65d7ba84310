import Core
import Sandbox

/// The ways of judging that a user's own data can name.
public enum VerifierKind: String, Sendable, Hashable, CaseIterable {
  /// The final number, as in GSM8K.
  case numeric
  /// The final expression, as in MATH.
  case math
  /// One of several choices, as in CommonsenseQA.
  case choice
  /// The whole text, white space aside.
  case text
  /// A Python program that passes tests, as in MBPP.
  case program

  func verifier(programs: ProgramJudge) -> any Verifier {
    switch self {
    case .numeric: NumericVerifier()
    case .math: MATHVerifier()
    case .choice: ChoiceVerifier()
    case .text: TextVerifier()
    case .program: ProgramVerifier(programs: programs) { ProgramQuestion.of($0) }
    }
  }
}
