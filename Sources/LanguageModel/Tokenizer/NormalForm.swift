import Foundation

/// The normalization forms of Unicode (Annex 15).
enum NormalForm: String, Sendable {
  case nfc = "NFC"
  case nfd = "NFD"
  case nfkc = "NFKC"
  case nfkd = "NFKD"

  static func text(_ text: String, _ form: NormalForm) -> String {
    switch form {
    case .nfd: text.decomposedStringWithCanonicalMapping
    case .nfkd: text.decomposedStringWithCompatibilityMapping
    case .nfc, .nfkc: composed(text, form)
    }
  }

  private static func composed(_ text: String, _ form: NormalForm) -> String {
    guard text.utf8.contains(where: { $0 >= 0xf0 }) else { return plainlyComposed(text, form) }
    // The library composes U+1006C with an accent as if it were U+006C. So characters beyond the first plane are composed
    // apart from the others, with the marks that follow them, and what does not decompose to the same is not taken.
    var result = ""
    var run = String.UnicodeScalarView()
    var isBeyond = false
    func flush() {
      result += isBeyond ? checked(run, form) : plainlyComposed(String(run), form)
      run = .init()
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

  private static func plainlyComposed(_ text: String, _ form: NormalForm) -> String {
    form == .nfc ? text.precomposedStringWithCanonicalMapping : text.precomposedStringWithCompatibilityMapping
  }

  private static func checked(_ run: String.UnicodeScalarView, _ form: NormalForm) -> String {
    if let text = verified(String(run), form) { return text }
    var result = ""
    var part = String.UnicodeScalarView()
    for scalar in run {
      if scalar.value >= 0x10000 {
        result += verified(String(part), form) ?? decomposed(String(part), form)
        part = .init()
      }
      part.append(scalar)
    }
    return result + (verified(String(part), form) ?? decomposed(String(part), form))
  }

  private static func verified(_ text: String, _ form: NormalForm) -> String? {
    let composed = plainlyComposed(text, form)
    return decomposed(composed, form).utf8.elementsEqual(decomposed(text, form).utf8) ? composed : nil
  }

  private static func decomposed(_ text: String, _ form: NormalForm) -> String {
    Self.text(text, form == .nfc ? .nfd : .nfkd)
  }
}
