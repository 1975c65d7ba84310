/// Text split as the tokenizer's pre-tokenizer splits it: single digits, words and runs of marks with a leading space,
/// white space. Text in ASCII only.
func preTokens(_ text: String) -> [String] {
  let bytes = Array(text.utf8)
  var tokens: [String] = []
  var start = 0
  while start < bytes.count {
    var end = start
    // A space belongs to the word or mark after it, not to a digit.
    if bytes[start] == 0x20, start + 1 < bytes.count, isLetter(bytes[start + 1]) || isMark(bytes[start + 1]) {
      end += 1
    }
    if isDigit(bytes[end]) {
      tokens.append(String(decoding: bytes[start...end], as: UTF8.self))
      start = end + 1
      continue
    }
    let kind = isLetter(bytes[end]) ? isLetter : isMark(bytes[end]) ? isMark : isSpace
    while end < bytes.count, kind(bytes[end]) { end += 1 }
    tokens.append(String(decoding: bytes[start..<end], as: UTF8.self))
    start = end
  }
  return tokens
}

private func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
private func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7a).contains(byte | 0x20) }
private func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0a }
private func isMark(_ byte: UInt8) -> Bool { !isDigit(byte) && !isLetter(byte) && !isSpace(byte) }
