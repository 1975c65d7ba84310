import Foundation

/// Reads the losses that a run writes while it trains: `DIR/training/M<t>.jsonl`, a line a step.
enum LossLog {
  private struct Line: Decodable {
    let step: Int
    let total: Int
    let loss: Double
  }

  /// Bytes read of a file; of a longer one, half at its beginning and half at its end.
  private static let limit = 4 << 20
  /// Points of a curve; of more steps, the means of neighbours.
  static let pointLimit = 160

  /// nil where M_t's training has written nothing.
  static func curve(_ iteration: Int, in run: URL) -> RunFigures.LossCurve? {
    let file = run.appending(path: "training").appending(path: "M\(iteration).jsonl")
    // Not there in runs of earlier versions and of trainers that tell no losses.
    guard let handle = try? FileHandle(forReadingFrom: file) else { return nil }
    defer { try? handle.close() }
    guard let data = try? contents(of: handle), !data.isEmpty else { return nil }
    let decoder = JSONDecoder()
    var points: [RunFigures.LossCurve.Point] = []
    var total = 0
    for line in data.split(separator: UInt8(ascii: "\n")) {
      // The last line may stand half written.
      guard let step = try? decoder.decode(Line.self, from: Data(line)), step.loss.isFinite else { continue }
      points.append(.init(step: step.step, loss: step.loss))
      total = step.total
    }
    guard !points.isEmpty else { return nil }
    return RunFigures.LossCurve(iteration: iteration, points: thinned(points), totalSteps: total)
  }

  private static func contents(of handle: FileHandle) throws -> Data {
    let size = try handle.seekToEnd()
    try handle.seek(toOffset: 0)
    guard size > UInt64(limit) else { return try handle.read(upToCount: limit) ?? Data() }
    let beginning = try handle.read(upToCount: limit / 2) ?? Data()
    try handle.seek(toOffset: size - UInt64(limit / 2))
    // The lines that are cut there are no JSON and are left out with what lies between.
    return try beginning + Data("\n".utf8) + (handle.read(upToCount: limit / 2) ?? Data())
  }

  static func thinned(_ points: [RunFigures.LossCurve.Point]) -> [RunFigures.LossCurve.Point] {
    guard points.count > pointLimit else { return points }
    let width = (points.count + pointLimit - 1) / pointLimit
    return stride(from: 0, to: points.count, by: width).map { start in
      let part = points[start..<min(start + width, points.count)]
      return .init(
        step: part.last?.step ?? 0, loss: part.reduce(0) { $0 + $1.loss } / Double(part.count))
    }
  }
}
