/// Why a template cannot be read or rendered.
struct TemplateError: Error, Hashable {
  /// What is wrong and what to do.
  let message: String
  /// 1-based; nil where no single line is at fault.
  let line: Int?

  init(_ message: String, line: Int? = nil) {
    self.message = message
    self.line = line
  }
}
