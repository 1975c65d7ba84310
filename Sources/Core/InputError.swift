/// Something the user gave is wrong. Its description is the one line the user reads.
public struct InputError: Error, Sendable, Hashable, CustomStringConvertible {
  public let file: String?
  /// 1-based.
  public let line: Int?
  /// What is wrong and what to do.
  public let message: String

  /// - Parameter message: May quote what a file holds: it becomes one line that cannot steer a terminal.
  public init(file: String? = nil, line: Int? = nil, _ message: String) {
    self.file = file
    self.line = line
    self.message = message.isEmpty ? message : VisibleText.line(message)
  }

  public var description: String {
    switch (file.map(VisibleText.line), line) {
    case (let file?, let line?): "\(file):\(line): \(message)"
    case (let file?, nil): "\(file): \(message)"
    case (nil, _): message
    }
  }
}
