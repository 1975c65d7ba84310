/// What the largest step of a plan asks of memory.
package struct TrainingDemand: Sendable, Hashable {
  /// Lanes at most, each with a gradient.
  package private(set) var laneCount = 1
  /// What a worker computes at a time at most.
  package private(set) var needs = WorkspaceNeeds()
  /// Positions of the loss of one group of rows at most.
  package private(set) var positionCount = 0
  package init(_ plan: TrainingPlan, _ examples: TrainingExamples, weightCount: Int, _ microBatching: MicroBatching) {
    let lengths = examples.lengths
    let sizes = (0..<examples.count).map(examples.size)
    positionCount = sizes.reduce(0) { max($0, $1.positionCount) }
    for step in plan.steps {
      let split = BatchSplit(
        lengths: step.map { lengths[$0] }, laneLimit: GradientEngine.laneLimit(weightCount),
        microBatching: microBatching)
      laneCount = max(laneCount, split.lanes.count)
      for part in split.lanes.joined() {
        var sum = WorkspaceNeeds()
        for place in part {
          let size = sizes[step[place]].needs
          let tokens = sum.tokenCount + size.tokenCount
          sum = sum.union(size)
          sum.tokenCount = tokens
        }
        needs = needs.union(sum)
      }
    }
  }
}

extension TrainingExamples {
  fileprivate func size(_ index: Int) -> (needs: WorkspaceNeeds, positionCount: Int) {
    switch self {
    case .supervised(let rows):
      let sequences = PackedSequences([rows[index].input])
      // The loss takes positions in chunks, whatever rows they are of.
      return (WorkspaceNeeds(sequences), 0)
    case .preference(let pairs):
      let pair = pairs[index]
      let sequences = PackedSequences(groups: [[pair.chosen.input, pair.rejected.input]])
      return (WorkspaceNeeds(sequences), pair.chosen.targetCount + pair.rejected.targetCount)
    }
  }
}
