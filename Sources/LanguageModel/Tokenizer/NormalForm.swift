import Foundation

/// The normalization forms of Unicode (Annex 15), as of version 9, where the reference tokenizers' library ends.
enum NormalForm: String, Sendable {
  case nfc = "NFC"
  case nfd = "NFD"
  case nfkc = "NFKC"
  case nfkd = "NFKD"

  private static let majorVersion = 9

  static func text(_ text: String, _ form: NormalForm) -> String {
    var result = ""
    var run = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      // A character that the library does not know is left as it is, and nothing moves across it.
      if scalar.value >= 0x370, !UnicodeTable.isAssigned(scalar.value, in: majorVersion) {
        result += known(String(run), form)
        run.removeAll()
        result.unicodeScalars.append(scalar)
      } else {
        run.append(scalar)
      }
    }
    return result + known(String(run), form)
  }

  private static func known(_ text: String, _ form: NormalForm) -> String {
    switch form {
    case .nfd: text.decomposedStringWithCanonicalMapping
    // Foundation leaves the marks of a compatibility decomposition in their old order.
    case .nfkd: text.decomposedStringWithCompatibilityMapping.decomposedStringWithCanonicalMapping
    case .nfc: composed(text)
    case .nfkc: composed(known(text, .nfkd))
    }
  }

  private static func composed(_ text: String) -> String {
    guard text.utf8.contains(where: { $0 >= 0xf0 }) else { return text.precomposedStringWithCanonicalMapping }
    // Foundation composes U+1006C with an accent as if it were U+006C. So characters beyond the first plane are composed
    // apart from the others, with the marks that follow them, and what does not decompose to the same is not taken.
    var result = ""
    var run = String.UnicodeScalarView()
    var isBeyond = false
    func flush() {
      result += isBeyond ? checked(run) : String(run).precomposedStringWithCanonicalMapping
      run.removeAll()
    }
    for scalar in text.unicodeScalars {
      let belongs = scalar.value >= 0x10000 || (isBeyond && scalar.properties.canonicalCombiningClass != .notReordered)
      if belongs != isBeyond { flush() }
      isBeyond = belongs
      run.append(scalar)
    }
    flush()
    return result
  }

  private static func checked(_ run: String.UnicodeScalarView) -> String {
    if let text = verified(run) { return text }
    var result = ""
    var part = String.UnicodeScalarView()
    for scalar in run {
      if scalar.value >= 0x10000 {
        result += verified(part) ?? String(part).decomposedStringWithCanonicalMapping
        part.removeAll()
      }
      part.append(scalar)
    }
    return result + (verified(part) ?? String(part).decomposedStringWithCanonicalMapping)
  }

  private static func verified(_ run: String.UnicodeScalarView) -> String? {
    let text = String(run)
    let composed = text.precomposedStringWithCanonicalMapping
    let isSame = composed.decomposedStringWithCanonicalMapping.utf8.elementsEqual(
      text.decomposedStringWithCanonicalMapping.utf8)
    return isSame ? composed : nil
  }
}
