import Randomness

extension RandomStream {
  /// The sum of as many values as there are, each drawn with replacement.
  ///
  /// This is where an audit's bootstraps spend their time, so one word of random bits serves four draws: an index is the
  /// high half of 16 bits times the count (Lemire, "Fast random integer generation in an interval", 2019), and the few
  /// draws that would make it uneven are drawn again. Four sums run side by side and are added in a fixed order.
  package mutating func resampledSum(of values: [Double]) -> Double {
    guard values.count <= 1 << 16 else {
      return values.indices.reduce(0) { sum, _ in sum + values[index(below: values.count)] }
    }
    let count = UInt32(values.count)
    let rejected = UInt32(1 << 16) % count
    var sums = (0.0, 0.0, 0.0, 0.0)
    var missing = values.count
    func draw(_ bits: UInt64, _ sum: inout Double) {
      let product = UInt32(truncatingIfNeeded: bits & 0xffff) &* count
      guard product & 0xffff >= rejected else { return }
      sum += values[Int(product >> 16)]
      missing -= 1
    }
    while missing >= 4 {
      let bits = next()
      draw(bits, &sums.0)
      draw(bits >> 16, &sums.1)
      draw(bits >> 32, &sums.2)
      draw(bits >> 48, &sums.3)
    }
    while missing > 0 { draw(next() >> 48, &sums.0) }
    return (sums.0 + sums.1) + (sums.2 + sums.3)
  }
}
