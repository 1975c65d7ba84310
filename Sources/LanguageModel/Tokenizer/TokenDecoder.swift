/// How tokens become text again: the `decoder` of a tokenizer.json.
struct TokenDecoder: Sendable {
  enum Stage: Sendable {
    case byteLevel
    /// `<0x41>` is a byte; bytes that are no UTF-8 together become U+FFFD each.
    case byteFallback
    case fuse
    case replace(Normalizer.Pattern, [UInt8])
    /// Takes away up to so many of a character from both ends of every token.
    case strip([UInt8], start: Int, stop: Int)
    case metaspace(PreTokenizer.Metaspace)
    case wordPiece(prefix: [UInt8], cleansUp: Bool)
    /// Of BPE with a mark at the end of words.
    case wordEnd(suffix: [UInt8])
    /// Without a decoder tokens are set apart by spaces.
    case spaces
  }

  let stages: [Stage]

  /// Whether a text is its tokens' contributions, one after the other.
  var isConcatenation: Bool {
    if stages.count == 1, case .byteLevel = stages[0] { return true }
    return false
  }

  func text(of tokens: [[UInt8]]) -> [UInt8] {
    Array(stages.reduce(tokens) { Self.apply($1, to: $0) }.joined())
  }

  private static let space = UInt8(ascii: " ")

  private static func apply(_ stage: Stage, to tokens: [[UInt8]]) -> [[UInt8]] {
    switch stage {
    case .byteLevel:
      return [Array(String(decoding: tokens.flatMap { bytes(spelledBy: $0) }, as: UTF8.self).utf8)]
    case .byteFallback: return byteFallback(tokens)
    case .fuse: return [Array(tokens.joined())]
    case .replace(let pattern, let content):
      return tokens.map { Normalizer.replaced(pattern, by: content, in: $0, limit: 64 * ($0.count + 64)) }
    case .strip(let character, let start, let stop): return tokens.map { stripped($0, character, start, stop) }
    case .metaspace(let metaspace):
      return tokens.enumerated().map { index, token in
        let isDropped = index == 0 && metaspace.prepending != .never
        return replaced(token, metaspace.replacement, by: isDropped ? [] : [space])
      }
    case .wordPiece(let prefix, let cleansUp):
      return tokens.enumerated().map { index, token in
        let token = index == 0 ? token : continued(token, prefix)
        return cleansUp ? cleanedUp(token) : token
      }
    case .wordEnd(let suffix):
      return tokens.enumerated().map { index, token in
        replaced(token, suffix, by: index == tokens.count - 1 ? [] : [space])
      }
    case .spaces: return tokens.enumerated().map { $0 == 0 ? $1 : [space] + $1 }
    }
  }

  /// What `token` adds within a text: neither first nor last.
  func contribution(of token: [UInt8]) -> [UInt8] {
    var result = token
    var isFused = false
    for stage in stages {
      switch stage {
      case .byteLevel: result = Self.bytes(spelledBy: result)
      case .byteFallback: if let byte = Self.byte(spelledBy: result) { result = [byte] }
      case .fuse: isFused = true
      case .replace(let pattern, let content):
        result = Normalizer.replaced(pattern, by: content, in: result, limit: 64 * (result.count + 64))
      case .strip(let character, let start, let stop):
        // Once the tokens are one text, only its ends are stripped.
        if !isFused { result = Self.stripped(result, character, start, stop) }
      case .metaspace(let metaspace): result = Self.replaced(result, metaspace.replacement, by: [Self.space])
      case .wordPiece(let prefix, let cleansUp):
        result = Self.continued(result, prefix)
        if cleansUp { result = Self.cleanedUp(result) }
      case .wordEnd(let suffix): result = Self.replaced(result, suffix, by: [Self.space])
      case .spaces: result = [Self.space] + result
      }
    }
    return result
  }

  /// A token that is not spelled in the alphabet of bytes stands for itself.
  private static func bytes(spelledBy token: [UInt8]) -> [UInt8] {
    ByteAlphabet.bytes(spelledBy: token) ?? token
  }

  /// The byte of `<0x41>`.
  static func byte(spelledBy token: [UInt8]) -> UInt8? {
    guard token.count == 6, token.starts(with: "<0x".utf8), token[5] == UInt8(ascii: ">")
    else { return nil }
    return UInt8(String(decoding: token[3..<5], as: UTF8.self), radix: 16)
  }

  private static func byteFallback(_ tokens: [[UInt8]]) -> [[UInt8]] {
    var result: [[UInt8]] = []
    var bytes: [UInt8] = []
    func flush() {
      if String(validating: bytes, as: UTF8.self) != nil {
        if !bytes.isEmpty { result.append(bytes) }
      } else {
        result += bytes.map { _ in UTF8.encodedReplacementCharacter.map { $0 } }
      }
      bytes = []
    }
    for token in tokens {
      if let byte = byte(spelledBy: token) {
        bytes.append(byte)
      } else {
        flush()
        result.append(token)
      }
    }
    flush()
    return result
  }

  private static func stripped(_ token: [UInt8], _ character: [UInt8], _ start: Int, _ stop: Int) -> [UInt8] {
    guard !character.isEmpty else { return token }
    var rest = token[...]
    for _ in 0..<start {
      guard rest.starts(with: character) else { break }
      rest = rest.dropFirst(character.count)
    }
    for _ in 0..<stop {
      guard rest.count >= character.count, rest.suffix(character.count).elementsEqual(character) else { break }
      rest = rest.dropLast(character.count)
    }
    return Array(rest)
  }

  private static func replaced(_ token: [UInt8], _ found: [UInt8], by content: [UInt8]) -> [UInt8] {
    Normalizer.replaced(.literal(found), by: content, in: token, limit: .max)
  }

  private static func continued(_ token: [UInt8], _ prefix: [UInt8]) -> [UInt8] {
    token.starts(with: prefix) ? Array(token.dropFirst(prefix.count)) : [space] + token
  }

  /// English punctuation and clitics joined to the word before.
  private static func cleanedUp(_ token: [UInt8]) -> [UInt8] {
    let rules: [(String, String)] = [
      (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"), (" 'm", "'m"),
      (" do not", " don't"), (" 's", "'s"), (" 've", "'ve"), (" 're", "'re"),
    ]
    return rules.reduce(token) { replaced($0, Array($1.0.utf8), by: Array($1.1.utf8)) }
  }
}

extension TokenDecoder {
  /// - Throws: `ModelError` naming a type or an option that is not supported.
  init(_ object: JSONObject?) throws {
    var stages: [Stage] = []
    if let object { try Self.add(object, to: &stages) } else { stages = [.spaces] }
    self.stages = stages
  }

  private static func add(_ object: JSONObject, to stages: inout [Stage]) throws {
    let type = try object.require(try object.string("type"), "type")
    switch type {
    case "Sequence":
      for part in try object.require(try object.objects("decoders"), "decoders") { try add(part, to: &stages) }
    case "ByteLevel": stages.append(.byteLevel)
    case "ByteFallback": stages.append(.byteFallback)
    case "Fuse": stages.append(.fuse)
    case "Replace":
      let content = try object.require(try object.string("content"), "content")
      stages.append(.replace(try Normalizer.Pattern(object), Array(content.utf8)))
    case "Strip":
      stages.append(
        .strip(
          Array(try object.require(try object.string("content"), "content").utf8),
          start: max(try object.integer("start") ?? 0, 0), stop: max(try object.integer("stop") ?? 0, 0)))
    case "Metaspace": stages.append(.metaspace(try PreTokenizer.Metaspace(object)))
    case "WordPiece":
      stages.append(
        .wordPiece(
          prefix: Array((try object.string("prefix") ?? "##").utf8), cleansUp: try object.boolean("cleanup") ?? true))
    case "BPEDecoder": stages.append(.wordEnd(suffix: Array((try object.string("suffix") ?? "</w>").utf8)))
    default:
      throw object.error(
        "decoder '\(type)' is not supported; supported: ByteLevel, ByteFallback, Fuse, Replace, Strip, Metaspace, "
          + "WordPiece, BPEDecoder, Sequence")
    }
  }
}
