import Core
import Crypto
import Digests
import Foundation

/// What a reader must know where the server asks for it. It is compared without telling how much of it was right, and
/// never written anywhere.
public struct AccessToken: Sendable {
  private let digest: String
  /// What a browser keeps in the token's place.
  let session: String

  public static let minimumLength = 16

  /// - Throws: `InputError` for a token that is too short or holds blanks.
  public init(_ text: String, from source: String) throws {
    let token = text.trimmingCharacters(in: .whitespacesAndNewlines)
    guard token.utf8.count >= Self.minimumLength, token.utf8.count <= 512,
      token.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f })
    else {
      throw InputError(
        file: source,
        "a token has \(Self.minimumLength) to 512 letters, digits or signs without blanks; `openssl rand -hex 24` makes one"
      )
    }
    digest = SHA256.hexadecimal(of: token.utf8)
    session = SHA256.hexadecimal(of: "reversal session \(token)".utf8)
  }

  func accepts(_ candidate: String) -> Bool { Self.areEqual(SHA256.hexadecimal(of: candidate.utf8), digest) }

  func acceptsSession(_ candidate: String) -> Bool { Self.areEqual(candidate, session) }

  /// Takes as long for any two texts of one length.
  private static func areEqual(_ left: String, _ right: String) -> Bool {
    let (left, right) = (Array(left.utf8), Array(right.utf8))
    guard left.count == right.count else { return false }
    return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
  }
}
