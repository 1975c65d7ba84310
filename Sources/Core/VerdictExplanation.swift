/// How a verdict came about: what was read where, what it was compared with, and why they agree or do not.
public struct VerdictExplanation: Codable, Sendable, Hashable {
  public let verdict: Verdict
  /// Where in the answer the extracted text stands: `after ####`, `the whole answer`, …; nil where nothing was found.
  public let place: String?
  /// The extracted text as it stands there.
  public let text: String?
  /// The normal form of what was extracted.
  public let normalForm: String?
  /// The normal form of the reference; nil where it cannot be read.
  public let referenceNormalForm: String?
  /// Why the verdict is what it is, as a clause.
  public let why: String

  public init(
    _ verdict: Verdict, place: String? = nil, text: String? = nil, referenceNormalForm: String? = nil, why: String
  ) {
    self.verdict = verdict
    self.place = place
    self.text = text
    normalForm = verdict.extracted
    self.referenceNormalForm = referenceNormalForm
    self.why = why
  }

  private enum CodingKeys: String, CodingKey {
    case verdict, place, text, why
    case normalForm = "normal_form"
    case referenceNormalForm = "reference_normal_form"
  }
}
