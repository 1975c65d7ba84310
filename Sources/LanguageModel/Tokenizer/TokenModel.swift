/// Turns the words of a text into tokens.
struct TokenModel: Sendable {
  enum Kind: Sendable {
    case bytePair(BytePairModel)
    case wordPiece(WordPieceModel)
  }

  /// Working memory, kept from text to text.
  struct Workspace: Sendable {
    fileprivate var cache = WordCache()
    fileprivate var merger = BytePairMerger()
  }

  let kind: Kind
  /// A character before which any word may be cut, because no token holds it after another character. It lets a text
  /// that no pre-tokenizer cuts be encoded word by word.
  let joint: [UInt8]?

  init(_ kind: Kind, joint: [UInt8]? = nil) {
    self.kind = kind
    self.joint = joint
  }

  /// Appends the tokens of a piece of `text` to `ids`.
  func encode(_ text: [UInt8], _ piece: Range<Int>, _ workspace: inout Workspace, into ids: inout [Int]) {
    guard let joint else { return encode(word: piece, of: text, &workspace, into: &ids) }
    var start = piece.lowerBound
    var index = start
    var followsJoint = true
    while index < piece.upperBound {
      let isJoint =
        text[index] == joint[0] && piece.upperBound - index >= joint.count
        && text[index..<index + joint.count].elementsEqual(joint)
      if isJoint, !followsJoint {
        encode(word: start..<index, of: text, &workspace, into: &ids)
        start = index
      }
      followsJoint = isJoint
      index += isJoint ? joint.count : 1
    }
    encode(word: start..<piece.upperBound, of: text, &workspace, into: &ids)
  }

  private func encode(word: Range<Int>, of text: [UInt8], _ workspace: inout Workspace, into ids: inout [Int]) {
    let isCached = word.count <= WordCache.longestWord
    let hash = isCached ? WordCache.hash(text, word) : 0
    if isCached, workspace.cache.append(text, word, hash: hash, to: &ids) { return }
    let first = ids.count
    switch kind {
    case .bytePair(let model): model.encode(text, word, &workspace.merger, into: &ids)
    case .wordPiece(let model): model.encode(text, word, into: &ids)
    }
    if isCached { workspace.cache.insert(text, word, hash: hash, ids: ids[first...]) }
  }
}
