import Core
import Randomness
import Tasks
import Testing

@Suite struct ArithmeticGeneratorTests {
  private let generator = ArithmeticGenerator(seed: 11)

  @Test func theSameSeedGivesTheSameProblems() {
    #expect(generator.problems(.test, count: 40) == ArithmeticGenerator(seed: 11).problems(.test, count: 40))
    #expect(generator.problems(.test, count: 40) != ArithmeticGenerator(seed: 12).problems(.test, count: 40))
    #expect(Array(generator.problems(.test, count: 40).prefix(15)) == generator.problems(.test, count: 15))
  }

  /// Changing a generated problem changes every score: raise `ArithmeticTask.version`, then this.
  @Test func versionTwoIsThis() throws {
    #expect(ArithmeticTask().version == 2)
    let lines = try ArithmeticSplit.allCases.flatMap { split in
      try ArithmeticGenerator(seed: 1).problems(split, count: 50).map { try JSONLines.line($0) }
    }
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in lines.joined(separator: "\n").utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
    #expect(hash == 2_762_319_338_532_576_368)
  }

  @Test(arguments: ArithmeticSplit.allCases)
  func levelsComeInTurnAndIdsCount(split: ArithmeticSplit) {
    let problems = generator.problems(split, count: 12)
    #expect(problems.map(\.group) == (0..<12).map { "Level \($0 % 5 + 1)" })
    #expect(problems[11].id == ProblemID("arithmetic/\(split.rawValue)/00011"))
    #expect(problems.allSatisfy { $0.task == "arithmetic" })
  }

  /// Every step is worked out again from the text alone.
  @Test(arguments: ArithmeticSplit.allCases)
  func everyGoldSolutionIsRight(split: ArithmeticSplit) throws {
    let difficulty = generator.difficulty
    for (index, problem) in generator.problems(split, count: 300).enumerated() {
      let level = index % 5
      let isHeldOut = split == .outOfDistribution
      var known = numbers(in: problem.question)
      var last: Int?
      let lines = problem.reference.split(separator: "\n")
      for line in lines.dropLast() {
        let match = try #require(line.firstMatch(of: #/<<(\d+)([-+*\/])(\d+)=(\d+)>>(\d+) /#), "\(line)")
        let (left, right) = (try #require(Int(match.1)), try #require(Int(match.3)))
        let result = try #require(Int(match.4))
        let expected: Int
        switch match.2 {
        case "+": expected = left + right
        case "-": expected = left - right
        case "*": expected = left * right
        default:
          #expect(left.isMultiple(of: right), "\(problem.id): \(line)")
          expected = left / right
        }
        #expect(result == expected && match.4 == match.5, "\(problem.id): \(line)")
        #expect((2...9_999).contains(result), "\(problem.id): \(line)")
        // `twice`, `half` and `twice that` stand for a number.
        let isKnown = { known.contains($0) || ($0 == 2 && problem.question.contains(/twice|half/)) }
        #expect(isKnown(left) && isKnown(right), "\(problem.id): \(line)")
        known.insert(result)
        last = result
      }
      #expect(lines.last.map(String.init) == last.map { "#### \($0)" })
      #expect(lines.count - 1 == difficulty.steps[level] + (isHeldOut ? difficulty.heldOutExtraSteps[level] : 0))
      #expect(NumericVerifier().verdict(completion: " " + problem.reference, reference: problem.reference).isCorrect)
    }
  }

  private func numbers(in text: String) -> Set<Int> {
    Set(text.matches(of: /\d+/).compactMap { Int($0.output) })
  }

  /// Diversity can only fall where there is some: solutions of one level take many shapes.
  @Test func solutionsComeInSeveralOrdersAndPhrasings() {
    let problems = generator.problems(.train, count: 1_000).filter { $0.group == "Level 4" }
    let shapes = problems.map { problem in
      problem.reference.matches(of: #/<<\d+([-+*\/])\d+=/#).map { String($0.1) }.joined()
    }
    let openings = problems.map { $0.reference.prefix { $0 != "<" }.filter(\.isLetter) }
    #expect(Set(shapes).count > 20)
    #expect(Set(openings).count > 50)
  }

  @Test func largerNumbersAndMoreStepsMakeHarderProblems() {
    var difficulty = ArithmeticDifficulty()
    difficulty.steps = [5, 5, 5, 5, 5]
    difficulty.largestNumber = [9, 9, 9, 9, 9]
    let problems = ArithmeticGenerator(seed: 1, difficulty: difficulty).problems(.validation, count: 50)
    #expect(problems.allSatisfy { $0.reference.matches(of: #/<</#).count == 5 })
  }
}
