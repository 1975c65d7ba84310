import Randomness

/// How hard the levels are: every knob of the generator that moves accuracy. Arrays hold one value a level, Level 1 first.
public struct ArithmeticDifficulty: Codable, Sendable, Hashable {
  /// Operations a solution needs.
  public var steps: [Int]
  /// Largest number a question adds or subtracts, and largest price.
  public var largestNumber: [Int]
  /// Largest number of equal groups, and largest divisor.
  public var largestFactor: [Int]
  /// Largest value anywhere in a solution, the answer included.
  public var largestValue: [Int]
  /// Operations that an out-of-distribution question of a level needs beyond `steps`.
  public var heldOutExtraSteps: [Int]
  /// Factor on the three largest sizes for out-of-distribution questions.
  public var heldOutMultiplier: Double
  /// Share of solution steps that spell the operation out before its annotation: `3+4 = <<3+4=7>>7`.
  public var spelledOutShare: Double

  public init(
    steps: [Int] = [1, 2, 3, 4, 5], largestNumber: [Int] = [16, 18, 20, 22, 24],
    largestFactor: [Int] = [5, 5, 6, 6, 7], largestValue: [Int] = [80, 90, 100, 120, 150],
    heldOutExtraSteps: [Int] = [1, 1, 1, 1, 1], heldOutMultiplier: Double = 1.2, spelledOutShare: Double = 0.25
  ) {
    let arrays = [steps, largestNumber, largestFactor, largestValue, heldOutExtraSteps]
    precondition(arrays.allSatisfy { $0.count == steps.count }, "every knob needs one value a level")
    self.steps = steps
    self.largestNumber = largestNumber
    self.largestFactor = largestFactor
    self.largestValue = largestValue
    self.heldOutExtraSteps = heldOutExtraSteps
    self.heldOutMultiplier = heldOutMultiplier
    self.spelledOutShare = spelledOutShare
  }

  public var levelCount: Int { steps.count }

  /// The sizes of a problem of `level`, 1-based.
  func scale(level: Int, isHeldOut: Bool) -> ProblemScale {
    let index = level - 1
    let multiplier = isHeldOut ? heldOutMultiplier : 1
    func enlarged(_ size: Int) -> Int { Int((Double(size) * multiplier).rounded()) }
    return ProblemScale(
      steps: steps[index] + (isHeldOut ? heldOutExtraSteps[index] : 0), largestNumber: enlarged(largestNumber[index]),
      largestFactor: enlarged(largestFactor[index]), largestValue: min(enlarged(largestValue[index]), 9_999),
      spelledOutShare: spelledOutShare)
  }
}

/// The sizes one problem is drawn with.
struct ProblemScale: Sendable, Hashable {
  let steps: Int
  let largestNumber: Int
  let largestFactor: Int
  let largestValue: Int
  let spelledOutShare: Double

  /// The smallest number anywhere: never 1, so that every noun stays in the plural.
  static let smallest = 2

  func number(_ stream: inout RandomStream) -> Int { stream.integer(in: Self.smallest...largestNumber) }
  func factor(_ stream: inout RandomStream) -> Int { stream.integer(in: Self.smallest...largestFactor) }
}
