#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A reproducible stream of random bits, addressed by a seed and a path.
///
/// Two streams with the same seed and path yield the same bits on every platform; streams with different paths are
/// independent for practical purposes. A sample, a shuffle or a bootstrap takes its own stream, named after what it is
/// for, so that its result depends neither on the order of execution nor on the number of threads.
///
/// The generator is SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014);
/// the path is folded into its state with the same mixing function.
public struct RandomStream: RandomNumberGenerator, Sendable, Hashable {
  private var state: UInt64

  public init(seed: UInt64) {
    state = Self.mix(seed &+ Self.increment)
  }

  /// A stream of its own for one named purpose: `RandomStream(seed: 1, "bootstrap", "pass_at_1")`.
  public init(seed: UInt64, _ path: String...) {
    self.init(seed: seed)
    for name in path { self = child(name) }
  }

  /// The stream below this one under `name`. Does not advance this stream.
  public func child(_ name: String) -> RandomStream {
    // FNV-1a over the UTF-8 bytes; Swift's own hashing is seeded per process.
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
    return child(hash)
  }

  /// The stream below this one under `index`. Does not advance this stream.
  public func child(_ index: UInt64) -> RandomStream {
    var copy = self
    copy.state = Self.mix(Self.mix(state ^ 0x5851_f42d_4c95_7f2d) &+ Self.mix(index &+ Self.increment))
    return copy
  }

  public func child(_ index: Int) -> RandomStream { child(UInt64(bitPattern: Int64(index))) }

  public mutating func next() -> UInt64 {
    state &+= Self.increment
    return Self.mix(state)
  }

  /// Uniform in [0, 1), with 53 random bits.
  public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// Uniform in 0 ..< `bound`, without bias (Lemire's method).
  public mutating func index(below bound: Int) -> Int {
    precondition(bound > 0, "an index needs a positive bound")
    let range = UInt64(bound)
    var product = next().multipliedFullWidth(by: range)
    if product.low < range {
      let threshold = (0 &- range) % range
      while product.low < threshold { product = next().multipliedFullWidth(by: range) }
    }
    return Int(product.high)
  }

  /// Fisher–Yates, independent of the standard library's own algorithm, which may change between versions.
  public mutating func shuffle<Element>(_ elements: inout [Element]) {
    guard elements.count > 1 else { return }
    for last in stride(from: elements.count - 1, to: 0, by: -1) {
      elements.swapAt(last, index(below: last + 1))
    }
  }

  public mutating func shuffled<Element>(_ elements: [Element]) -> [Element] {
    var copy = elements
    shuffle(&copy)
    return copy
  }

  private static let increment: UInt64 = 0x9e37_79b9_7f4a_7c15

  private static func mix(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}

extension RandomStream {
  /// Standard normal, by the Box–Muller transform (one of the pair is discarded).
  public mutating func normal() -> Double {
    let radius = (-2 * log(1 - uniform())).squareRoot()
    return radius * cos(2 * .pi * uniform())
  }
}
