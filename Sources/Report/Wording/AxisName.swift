/// An axis of the verdict as `audit.json` names it, in words.
package struct AxisName: Sendable {
  package let label: String
  package let quantity: Quantity

  /// `ood_pass_at_1` reads "out-of-distribution pass@1"; a name not known here keeps its own words.
  package init(_ identifier: String) {
    var base = Substring(identifier)
    let isOutOfDistribution = base.hasPrefix("ood_")
    if isOutOfDistribution { base = base.dropFirst("ood_".count) }
    var stratum = ""
    for (suffix, words) in [("_incorrect", " of incorrect answers"), ("_correct", " of correct answers")]
    where base.hasSuffix(suffix) {
      base = base.dropLast(suffix.count)
      stratum = words
      break
    }
    let (words, quantity) = Self.measure(String(base))
    self.quantity = quantity
    label = (isOutOfDistribution ? "out-of-distribution " : "") + words + stratum
  }

  private static func measure(_ name: String) -> (String, Quantity) {
    switch name {
    case "sampled_pass_at_1": ("sampled pass@1", .share)
    case "hard_group_pass_at_1": ("pass@1 of the hardest group", .share)
    case "diversity": ("diversity", .index)
    case "distinct_n": ("distinct-n", .index)
    case "expectation_adjusted_distinct_n": ("expectation-adjusted distinct-n", .index)
    case "semantic", "semantic_diversity": ("semantic diversity", .index)
    case "distinct_equations": ("distinct equations", .index)
    case "group_disparity": ("group disparity", .share)
    case _ where name.hasPrefix("pass_at_"): ("pass@" + name.dropFirst("pass_at_".count), .share)
    case _ where name.hasPrefix("majority_at_"): ("majority@" + name.dropFirst("majority_at_".count), .share)
    case _ where name.contains("diversity") || name.contains("distinct"):
      (name.split(separator: "_").joined(separator: " "), .index)
    default: (name.split(separator: "_").joined(separator: " "), .share)
    }
  }
}
