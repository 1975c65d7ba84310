import Foundation

/// A benchmark's official files, and what a user should know before using them.
public struct DataSet: Sendable, Hashable {
  /// The folder under the data folder; tasks over the same files share one.
  public let folder: String
  /// The web page of its authors.
  public let home: String
  public let licence: String
  /// What else to know, such as disputed rights; a sentence.
  public let note: String?
  /// The split that its authors evaluate on.
  public let evaluationSplit: DataSplit
  public let files: [DataFile]

  public init(
    folder: String, home: String, licence: String, note: String? = nil, evaluationSplit: DataSplit = .test,
    files: [DataFile]
  ) {
    self.folder = folder
    self.home = home
    self.licence = licence
    self.note = note
    self.evaluationSplit = evaluationSplit
    self.files = files
  }

  /// The splits there are, each with the number of its problems.
  public var splits: [(split: DataSplit, problemCount: Int)] {
    DataSplit.allCases.compactMap { split in
      let counts = files.compactMap { $0.count(of: split) }
      return counts.isEmpty ? nil : (split, counts.reduce(0, +))
    }
  }
}

/// One official file.
public struct DataFile: Sendable, Hashable {
  public struct Part: Sendable, Hashable {
    public let split: DataSplit
    public let problemCount: Int

    public init(_ split: DataSplit, _ problemCount: Int) {
      self.split = split
      self.problemCount = problemCount
    }
  }

  /// Its name in the data folder.
  public let name: String
  /// Names that it goes by elsewhere.
  public let aliases: [String]
  public let parts: [Part]
  /// In hexadecimal; nil where the authors' bytes are not known.
  public let sha256: String?
  /// Where `reversal data fetch` gets it; nil where no public address is known to hold these bytes.
  public let address: URL?
  /// References that are damaged in the original.
  public let damagedReferenceCount: Int

  public init(
    _ name: String, aliases: [String] = [], parts: [Part], sha256: String? = nil, address: String? = nil,
    damagedReferenceCount: Int = 0
  ) {
    self.name = name
    self.aliases = aliases
    self.parts = parts
    self.sha256 = sha256
    self.address = address.flatMap { URL(string: $0) }
    self.damagedReferenceCount = damagedReferenceCount
  }

  public func count(of split: DataSplit) -> Int? { parts.first { $0.split == split }?.problemCount }

  public var problemCount: Int { parts.map(\.problemCount).reduce(0, +) }
}
