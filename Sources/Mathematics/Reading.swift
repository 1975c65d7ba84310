/// An answer as it was parsed, or why it was not.
struct Reading {
  let parsed: Result<Expression, Obstacle>
  /// Whether a plain comma was taken for a thousands separator.
  let joinedPlainGroups: Bool

  init(_ text: String, joinsPlainGroups: Bool) {
    var lexer = Lexer(Array(text.utf8), joinsPlainGroups: joinsPlainGroups)
    let result: Result<Expression, Obstacle>
    do throws(Obstacle) {
      result = .success(try Parser.parse(try lexer.run()))
    } catch {
      result = .failure(error)
    }
    parsed = result
    joinedPlainGroups = lexer.joinedPlainGroups
  }
}

extension Expression {
  /// Whether words stand anywhere in an answer.
  var hasWords: Bool {
    contains {
      switch $0 {
      case .text, .quantity: true
      default: false
      }
    }
  }

  /// Whether an answer is words and nothing else.
  var isWords: Bool {
    switch self {
    case .text: true
    case .list(let parts): parts.allSatisfy(\.isWords)
    default: false
    }
  }
}
