import Core

/// What is wrong with a row of samples, without its place.
struct RowFault: Error, Hashable, Sendable {
  /// What is wrong and what to do.
  let message: String

  init(_ message: String) { self.message = message }

  init(_ fault: JSONFault) {
    switch fault.kind {
    case .notJSON: self.init("not a JSON object; each line must be one complete JSON object in UTF-8")
    case .tooDeep: self.init("has values nested more than \(JSONParser.depthLimit) deep; write it flatter")
    case .tooLarge: self.init("holds more than 4 GiB; split it into smaller files")
    case .badText: self.init("holds text that is not UTF-8, or half of a surrogate pair; write it anew in UTF-8")
    }
  }
}

extension RowBlock {
  /// The object that `row` is.
  func object(_ row: Row, allowsNonFiniteNumbers: Bool) throws -> JSONElement {
    let root = try JSONDocument(bytes, row.range, allowsNonFiniteNumbers: allowsNonFiniteNumbers).root
    guard root.isObject else { throw JSONFault(offset: row.range.lowerBound, kind: .notJSON) }
    return root
  }
}

extension RowBlock.Place {
  /// The complaint about a row that stands here.
  func complaint(_ error: any Error, in file: String) -> InputError {
    switch error {
    case let fault as RowFault: self.error(in: file, fault.message)
    case let fault as JSONFault: self.error(in: file, RowFault(fault).message)
    case let error as InputError: error
    default: self.error(in: file, "\(error)")
    }
  }
}

/// Reading the fields of a row, each complaint with the field's name.
extension JSONElement {
  /// The text of a member.
  func requiredText(_ name: String) throws -> String {
    guard let text = try optionalText(name) else {
      throw self[name] == nil
        ? RowFault("the field '\(name)' is missing; add it")
        : RowFault("the field '\(name)' is null where a text is needed; give it a value")
    }
    return text
  }

  /// nil where the member is missing or null.
  func optionalText(_ name: String) throws -> String? {
    guard let value = self[name], !value.isNull else { return nil }
    guard let text = try value.readText(name) else {
      throw RowFault("the field '\(name)' is not a text; change its value")
    }
    return text
  }

  /// The text or whole number of a member, as an identifier.
  func requiredIdentifier(_ name: String) throws -> String {
    guard let value = self[name] else { throw RowFault("the field '\(name)' is missing; add it") }
    guard let identifier = try value.identifier(name) else {
      throw RowFault("the field '\(name)' is neither a text nor a whole number; change its value")
    }
    return identifier
  }

  /// nil where it is neither text nor whole number.
  func identifier(_ name: String) throws -> String? {
    if let text = try readText(name) { return text }
    return integer.map { String($0) }
  }

  func requiredInteger(_ name: String) throws -> Int {
    guard let number = try optionalInteger(name) else {
      throw RowFault("the field '\(name)' is missing or null; give it a whole number")
    }
    return number
  }

  func optionalInteger(_ name: String) throws -> Int? {
    guard let value = self[name], !value.isNull else { return nil }
    guard let number = value.integer else {
      throw RowFault("the field '\(name)' is not a whole number; change its value")
    }
    return number
  }

  func optionalFlag(_ name: String) throws -> Bool? {
    guard let value = self[name], !value.isNull else { return nil }
    guard let flag = value.flag else {
      throw RowFault("the field '\(name)' is neither true nor false; change its value")
    }
    return flag
  }

  /// Its own text, nil where it is none.
  func readText(_ name: String) throws -> String? {
    do {
      return try text()
    } catch {
      throw RowFault(
        "the field '\(name)' holds text that is not UTF-8, or half of a surrogate pair; write it anew in UTF-8")
    }
  }
}
