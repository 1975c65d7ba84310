import Core

/// A file that is one JSON value: a list of rows, a log of Inspect, or the results of EvalPlus.
struct WholeDocument {
  private let bytes: [UInt8]
  private let name: String

  init(_ bytes: [UInt8], name: String) {
    self.bytes = bytes
    self.name = name
  }

  /// Whether one object is a whole log, and no row of a file.
  static func isLog(_ root: JSONElement) -> Bool {
    root["eval"]?.isObject == true && (root["samples"] != nil || root["hash"] != nil || root["version"] != nil)
  }

  /// - Throws: `InputError` where it is none of them.
  func open(options: ImportOptions, parts: Int) throws -> (source: any RowSource, reader: any RowReader) {
    do {
      let root = try JSONDocument(bytes, allowsNonFiniteNumbers: true).root
      let rows: [(name: String, range: Range<Int>)]
      let reader: any RowReader
      if root.isArray {
        let elements = root.elements
        guard let first = elements.first else { throw InputError(file: name, "is an empty list; give one with rows") }
        rows = elements.enumerated().map { ("row \($0.offset + 1)", $0.element.range) }
        reader = try FormatRecognition.reader(of: first, file: name, options: options)
      } else if let header = try InspectHeader(root) {
        try options.check(.inspect)
        rows = (root["samples"]?.elements ?? []).enumerated().map { ("sample \($0.offset + 1)", $0.element.range) }
        guard !rows.isEmpty else { throw InputError(file: name, InspectArchive.noSamples) }
        reader = InspectReader(header: header, scorer: options.scorer, task: options.task)
      } else if root["hash"] != nil, let evaluation = root["eval"] {
        try options.check(.evalPlus)
        rows = try evaluation.members().flatMap { task in
          task.value.elements.enumerated().map { ("sample \($0.offset + 1) of \(task.name)", $0.element.range) }
        }
        guard !rows.isEmpty else {
          throw InputError(file: name, "holds no samples with their programs; evaluate again")
        }
        reader = ProgramReader(format: .evalPlus, tests: try options.tests())
      } else {
        let names = try root.members().prefix(12).map { String($0.name.prefix(40)) }.joined(separator: ", ")
        throw InputError(
          file: name,
          "is one JSON object of no known format (its fields are \(names.visible())); give one object a line"
        )
      }
      return (PartBlocks(bytes, parts: rows, count: rows.count / max(1, parts)), reader)
    } catch let fault as JSONFault {
      throw InputError(file: name, line: line(at: fault.offset), Self.message(fault))
    } catch let fault as RowFault {
      throw InputError(file: name, fault.message.visible())
    }
  }

  private static func message(_ fault: JSONFault) -> String {
    fault.kind == .notJSON ? "not JSON from here on; write the file again" : RowFault(fault).message
  }

  private func line(at offset: Int) -> Int {
    bytes[..<min(offset, bytes.count)].count { $0 == UInt8(ascii: "\n") } + 1
  }
}
