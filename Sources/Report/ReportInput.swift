import Core

/// Everything a report shows. One run, several methods side by side, or an audit of files from elsewhere.
public struct ReportInput: Sendable {
  /// One sequence of models M_1 … M_T with its audit.
  public struct RunSection: Sendable {
    /// As readers know it: `Iterative SFT`, `Iterative DPO`, `Gold answers again (control)`, a file's name.
    public let method: String
    /// A control is drawn in grey and dashed, and listed apart from the methods.
    public let isControl: Bool
    public let audit: AuditResult
    /// The name that it shares with the runs which differ from it in their seed only: of these the mean is drawn.
    public let group: String

    /// - Parameter group: `method` unless given, so that the run stands by itself.
    public init(method: String, isControl: Bool = false, audit: AuditResult, group: String? = nil) {
      self.method = method
      self.isControl = isControl
      self.audit = audit
      self.group = group ?? method
    }
  }

  public struct CaseStudyInput: Sendable {
    public let method: String
    public let study: CaseStudy

    public init(method: String, study: CaseStudy) {
      self.method = method
      self.study = study
    }
  }

  /// One row about how the numbers came about: model, task, seed, N, temperature, sizes, versions, times.
  public struct Setting: Sendable {
    public let name: String
    public let value: String

    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  public let title: String
  public let runs: [RunSection]
  public let caseStudies: [CaseStudyInput]
  public let settings: [Setting]
  /// Sentences for the list of limits: what the reader of exactly this report must know.
  public let notes: [String]
  /// The runs against the first of them, where they were compared on the questions that all have.
  public let comparison: RunComparison?

  public init(
    title: String, runs: [RunSection], caseStudies: [CaseStudyInput] = [], settings: [Setting] = [],
    notes: [String] = [], comparison: RunComparison? = nil
  ) {
    self.title = title
    self.runs = runs
    self.caseStudies = caseStudies
    self.settings = settings
    self.notes = notes
    self.comparison = comparison
  }
}

extension AuditResult {
  /// The iteration that every change is measured against.
  var firstIteration: Int? { iterations.min() }
  var lastIteration: Int? { iterations.max() }
}
