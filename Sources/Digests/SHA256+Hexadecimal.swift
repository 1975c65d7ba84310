import Crypto

extension SHA256 {
  /// The digest of `bytes` in lower-case hexadecimal.
  package static func hexadecimal(of bytes: some Sequence<UInt8>) -> String {
    hash(data: Array(bytes)).hexadecimal
  }
}

extension SHA256Digest {
  package var hexadecimal: String {
    map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
  }
}
