import Foundation

/// What a `tokenizer.model` of SentencePiece says (`ModelProto` of sentencepiece_model.proto), checked.
///
/// Supported are models of type BPE, as LLaMA 2's and Mistral's.
struct SentencePieceFile {
  private enum Kind: UInt64 {
    case normal = 1
    case unknown, control, userDefined, unused, byte
  }

  private struct Piece {
    var text: [UInt8] = []
    var score: Float = 0
    var kind = Kind.normal
  }

  private static let typeNames: [UInt64: String] = [1: "Unigram", 2: "BPE", 3: "Word", 4: "Char"]

  private let name: String
  private var pieces: [Piece] = []
  private var modelType: UInt64 = 1
  private var fallsBackToBytes = false
  private var normalizer = SentencePieceNormalizer()
  private var unknownText = Array(" \u{2047} ".utf8)

  /// - Throws: `ModelError` naming the file and what is damaged or not supported.
  init(_ data: Data, name: String) throws {
    self.name = name
    do {
      var reader = ProtocolBufferReader(Array(data)[...])
      while let (field, value) = try reader.next() {
        guard case .bytes(let message) = value else { continue }
        switch field {
        case 1: pieces.append(try Self.piece(message))
        case 2: try readTraining(message)
        case 3: try readNormalization(message)
        case 5: try checkDenormalization(message)
        default: continue
        }
      }
    } catch is ProtocolBufferReader.Damage {
      throw error("neither a SentencePiece nor a tiktoken model, or cut off; get the file again")
    }
    guard modelType == 2 else {
      throw error(
        "SentencePiece model type '\(Self.typeNames[modelType] ?? "\(modelType)")' is not supported; supported: BPE")
    }
    guard !pieces.isEmpty else { throw error("holds no pieces; get the file again") }
    for piece in pieces where piece.kind == .unused {
      throw error("the unused piece '\(String(decoding: piece.text, as: UTF8.self))' is not supported")
    }
  }

  private func error(_ message: String) -> ModelError { ModelError(.badInput, file: name, message) }

  private static func piece(_ message: ArraySlice<UInt8>) throws(ProtocolBufferReader.Damage) -> Piece {
    var piece = Piece()
    var reader = ProtocolBufferReader(message)
    while let (field, value) = try reader.next() {
      switch (field, value) {
      case (1, .bytes(let text)):
        guard String(validating: text, as: UTF8.self) != nil else { throw ProtocolBufferReader.Damage() }
        piece.text = Array(text)
      case (2, .fixed32(let bits)): piece.score = Float(bitPattern: bits)
      case (3, .integer(let kind)):
        guard let kind = Kind(rawValue: kind) else { throw ProtocolBufferReader.Damage() }
        piece.kind = kind
      default: continue
      }
    }
    return piece
  }

  private mutating func readTraining(_ message: ArraySlice<UInt8>) throws(ProtocolBufferReader.Damage) {
    var reader = ProtocolBufferReader(message)
    while let (field, value) = try reader.next() {
      switch (field, value) {
      case (3, .integer(let type)): modelType = type
      case (24, .integer(let flag)): normalizer.treatsSpaceAsSuffix = flag != 0
      case (35, .integer(let flag)): fallsBackToBytes = flag != 0
      case (44, .bytes(let text)): unknownText = Array(text)
      default: continue
      }
    }
  }

  private mutating func readNormalization(_ message: ArraySlice<UInt8>) throws {
    var reader = ProtocolBufferReader(message)
    while let (field, value) = try reader.next() {
      switch (field, value) {
      case (2, .bytes(let table)) where !table.isEmpty:
        guard let map = CharacterMap(table) else { throw ProtocolBufferReader.Damage() }
        normalizer.characterMap = map
      case (3, .integer(let flag)): normalizer.addsDummyPrefix = flag != 0
      case (4, .integer(let flag)): normalizer.removesExtraSpaces = flag != 0
      case (5, .integer(let flag)): normalizer.escapesSpaces = flag != 0
      default: continue
      }
    }
  }

  private func checkDenormalization(_ message: ArraySlice<UInt8>) throws {
    var reader = ProtocolBufferReader(message)
    while let (field, value) = try reader.next() {
      if field == 2, case .bytes(let table) = value, !table.isEmpty {
        throw error("a denormalization table is not supported")
      }
    }
  }
}

extension SentencePieceFile {
  /// - Parameter configuration: says which special tokens surround a text; without it BOS comes first, as in transformers.
  func definition(_ configuration: TokenizerConfiguration) throws -> TokenizerDefinition {
    var normalizer = normalizer
    var ids = Vocabulary(capacity: pieces.count)
    for (id, piece) in pieces.enumerated() {
      ids.insert(piece.text, id: UInt32(id))
      if piece.kind == .userDefined { normalizer.userDefined.insert(piece.text, value: id) }
    }
    let control = pieces.indices.filter { pieces[$0].kind == .control }
    let (prefixIDs, suffixIDs) = try configuration.surroundingIDs(defaultBOS: "<s>", defaultEOS: "</s>", file: name) {
      ids.id(of: $0).map { Int($0) }
    }
    let added = control.map { id in
      AddedToken(
        id: id, content: String(decoding: pieces[id].text, as: UTF8.self), pattern: pieces[id].text, isSpecial: true,
        stripsLeft: false, stripsRight: false, isNormalized: false, isSingleWord: false)
    }
    let decoder = SentencePieceDecoder(
      pieces: pieces.map { piece in
        switch piece.kind {
        case .unknown: .unknown
        case .control: .control
        case .byte: TokenDecoder.byte(spelledBy: piece.text).map { .byte($0) } ?? .text(piece.text)
        case .normal, .userDefined, .unused: .text(piece.text)
        }
      }, unknownText: unknownText, addsDummyPrefix: normalizer.addsDummyPrefix,
      removesExtraSpaces: normalizer.removesExtraSpaces)
    return TokenizerDefinition(
      spellings: pieces.map(\.text), ids: ids, addedTokens: added, recognizesSpecialTokens: false,
      specialIDs: Set(control), normalizer: .sentencePiece(normalizer), preTokenizer: .none,
      model: try model(literals: normalizer.userDefined), prefixIDs: prefixIDs, suffixIDs: suffixIDs,
      decoding: .sentencePiece(decoder))
  }

  /// The merges are not in the file: two neighbours become one wherever both together are a piece, that of the best score
  /// first. So every way to cut a piece in two is a merge.
  private func model(literals: ByteTrie) throws -> TokenModel {
    var symbols = Vocabulary(capacity: 2 * pieces.count + 2 * pieces.reduce(0) { $0 + $1.text.count })
    for (id, piece) in pieces.enumerated() where piece.kind == .normal || piece.kind == .userDefined {
      symbols.insert(piece.text, id: UInt32(id))
    }
    let unknown = BytePairModel.Unknown(
      byteTokens: fallsBackToBytes ? byteTokens : nil, id: pieces.firstIndex { $0.kind == .unknown }.map { UInt32($0) },
      isFusedAfter: !fallsBackToBytes)
    // Characters that are no piece by themselves but part of one.
    var auxiliary: [[UInt32]] = []
    for piece in pieces where piece.kind == .normal || piece.kind == .userDefined {
      for (_, range) in UTF8Text.scalars(of: piece.text, in: 0..<piece.text.count)
      where symbols.id(of: piece.text, range) == nil {
        let character = Array(piece.text[range])
        symbols.insert(character, id: UInt32(pieces.count + auxiliary.count))
        auxiliary.append(replacement(of: character, unknown))
      }
    }
    // A symbol that was found as a literal takes no part in merges.
    var frozen = ByteTrie()
    for (id, piece) in pieces.enumerated() where piece.kind == .userDefined {
      frozen.insert(piece.text, value: pieces.count + auxiliary.count)
      auxiliary.append([UInt32(id)])
    }
    let model = BytePairModel(
      alphabet: .characters(symbols, prefix: [], suffix: [], literals: frozen), merges: try merges(symbols),
      unknown: unknown, auxiliary: auxiliary, auxiliaryBase: UInt32(pieces.count))
    return TokenModel(.bytePair(model), joint: allowsJoint(symbols) ? Joint.metaspace : nil)
  }

  private var byteTokens: [UInt32] {
    var tokens = [UInt32](repeating: BytePairModel.none, count: 256)
    for (id, piece) in pieces.enumerated() where piece.kind == .byte {
      if let byte = TokenDecoder.byte(spelledBy: piece.text) { tokens[Int(byte)] = UInt32(id) }
    }
    return tokens
  }

  private func replacement(of character: [UInt8], _ unknown: BytePairModel.Unknown) -> [UInt32] {
    if let tokens = unknown.byteTokens, character.allSatisfy({ tokens[Int($0)] != BytePairModel.none }) {
      return character.map { tokens[Int($0)] }
    }
    return unknown.id.map { [$0] } ?? []
  }

  private func allowsJoint(_ symbols: Vocabulary) -> Bool {
    symbols.id(of: Joint.metaspace) != nil
      && pieces.allSatisfy { ($0.kind != .normal && $0.kind != .userDefined) || Joint.allows($0.text) }
  }

  private func merges(_ symbols: Vocabulary) throws -> MergeTable {
    let mergeable = pieces.indices.filter { pieces[$0].kind == .normal || pieces[$0].kind == .userDefined }
    guard mergeable.allSatisfy({ pieces[$0].score.isFinite && pieces[$0].text.count <= 1_024 }) else {
      throw error("a piece has no finite score or is longer than 1024 bytes; get the file again")
    }
    let order = mergeable.sorted { pieces[$0].score > pieces[$1].score }
    var table = MergeTable(capacity: 4 * pieces.count)
    var rank: UInt32 = 0
    for (place, id) in order.enumerated() {
      // Pieces of one score are merged from left to right.
      if place > 0, pieces[order[place - 1]].score != pieces[id].score { rank += 1 }
      let text = pieces[id].text
      guard symbols.id(of: text) == UInt32(id) else { continue }
      for cut in text.indices.dropFirst() where text[cut] & 0xc0 != 0x80 {
        guard let left = symbols.id(of: text, 0..<cut), let right = symbols.id(of: text, cut..<text.count) else {
          continue
        }
        table[left, right] = .init(rank: rank, id: UInt32(id))
      }
    }
    return table
  }
}
