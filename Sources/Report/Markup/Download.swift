/// A file that is in the page itself: a `data:` link asks nothing of any server, and a content security policy of
/// `default-src 'none'` lets it be saved.
enum Download {
  static func link(_ words: String, file: String, csv: String) -> HTMLFragment {
    "<a class=\"download\" download=\"\(file)\" href=\"data:text/csv;charset=utf-8,\(encoded(csv))\">\(words)</a>"
  }

  /// Percent-encoded; what stays of the ASCII signs has no meaning in a link or in HTML.
  private static func encoded(_ text: String) -> String {
    let kept = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~,;:@/".utf8)
    let digits = Array("0123456789ABCDEF".utf8)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count * 2)
    for byte in text.utf8 {
      if kept.contains(byte) {
        bytes.append(byte)
      } else {
        bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
