/// Finds the answer that a text states.
public enum MathAnswer {
  /// The last `\boxed{…}`; failing that the last statement (`the answer is …`), then `#### …`, then the last formula, then
  /// what the last line ends with. nil where there is none of these.
  ///
  /// What follows a further question is left out: a model that goes on after its answer invents questions.
  public static func extract(from completion: String) -> ExtractedAnswer? {
    var text = AnswerText(completion)
    text.cutFurtherQuestions()
    if let box = text.lastBox() { return ExtractedAnswer(place: .boxed, text: box) }
    if let statement = text.lastStatement() { return ExtractedAnswer(place: .statement, text: statement) }
    if let marked = text.lastMarked() { return ExtractedAnswer(place: .marker, text: marked) }
    if let formula = text.lastFormula() { return ExtractedAnswer(place: .formula, text: formula) }
    if let bare = text.lastLine() { return ExtractedAnswer(place: .bare, text: bare) }
    return nil
  }

  /// The bare answer of a reference, which may be a whole worked solution.
  public static func reference(from text: String) -> String {
    let solution = AnswerText(text)
    return solution.lastBox() ?? solution.lastMarked() ?? TextForm.trimmed(text)
  }
}
