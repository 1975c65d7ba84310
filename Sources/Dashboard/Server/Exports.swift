import Core
import Foundation
import Hummingbird
import RunStore

/// What a page shows, as CSV and as JSON Lines; written as it is read, so that its size does not matter.
enum Exports {
  enum Kind: String, Sendable {
    case csv, jsonl

    var type: String {
      switch self {
      case .csv: "text/csv; charset=utf-8; header=present"
      case .jsonl: "application/x-ndjson; charset=utf-8"
      }
    }
  }

  private struct QuestionLine: Encodable {
    struct Model: Encodable {
      let iteration: Int
      let greedy: String?
      let samples: Int
      let correct: Int
      let answers: Int
      let chains: Int
    }

    let id: String
    let split: String
    let task: String
    let group: String?
    let question: String
    let models: [Model]
  }

  // MARK: Questions

  /// All questions that the filter lets through, a row a question and model in CSV.
  static func questions(_ index: BrowseIndex, _ filter: QuestionFilter, _ kind: Kind) -> ResponseBody {
    ResponseBody { writer in
      if kind == .csv {
        try await writer.write(
          ByteBuffer(string: "id,split,task,group,question,iteration,greedy,samples,correct,answers,chains\r\n"))
      }
      // The closure given on cannot write to `writer`, which is inout: the pages are taken one after another here.
      var page = 1
      while true {
        let asked = filter.onPage(page)
        let found = try await BlockingWork.run { try index.questions(asked).questions }
        if found.isEmpty { break }
        try await writer.write(ByteBuffer(string: try found.map { try text(of: $0, kind) }.joined()))
        page += 1
      }
      try await writer.finish(nil)
    }
  }

  private static func text(of question: QuestionSummary, _ kind: Kind) throws -> String {
    switch kind {
    case .jsonl:
      return try JSONLines.line(
        QuestionLine(
          id: question.id, split: question.split.rawValue, task: question.task, group: question.level,
          question: question.excerpt,
          models: question.cells.map {
            QuestionLine.Model(
              iteration: $0.iteration, greedy: $0.greedy?.rawValue, samples: $0.samples, correct: $0.correct,
              answers: $0.answers, chains: $0.chains)
          })) + "\n"
    case .csv:
      let head = [question.id, question.split.rawValue, question.task, question.level ?? "", question.excerpt].map(
        CSV.text)
      return question.cells.map { cell in
        let figures = [cell.samples, cell.correct, cell.answers, cell.chains].map(String.init)
        return (head + [String(cell.iteration), cell.greedy?.rawValue ?? ""] + figures).joined(separator: ",") + "\r\n"
      }.joined()
    }
  }

  // MARK: Answers

  /// The answers of every model to a question, whole.
  static func answers(_ reader: RunReader, _ question: ObservedProblem, _ kind: Kind) -> ResponseBody {
    ResponseBody { writer in
      if kind == .csv { try await writer.write(ByteBuffer(string: csvHead)) }
      for iteration in 1...max(1, reader.manifest.iterations) {
        for decoding in [Decoding.greedy, .sampled] {
          var last = -1
          while true {
            let index = last
            let answers = try await BlockingWork.run {
              try reader.answers(
                to: question.key, iteration: iteration, decoding: decoding, after: index, limit: piece)
            }
            guard let end = answers.last else { break }
            for answer in answers {
              try await writer.write(ByteBuffer(string: try text(of: answer, question, kind)))
            }
            last = end.judged.completion.sampleIndex
          }
        }
      }
      try await writer.finish(nil)
    }
  }

  /// Answers read at a time, each of which may be long.
  private static let piece = 16

  private static let csvHead =
    "problem_id,split,iteration,decoding,sample_index,verdict,extracted,token_count,log_probability,finish_reason,completion\r\n"

  private static func text(of answer: ObservedAnswer, _ question: ObservedProblem, _ kind: Kind) throws -> String {
    let own = answer.judged.completion
    let completion = Completion(
      problemID: question.content.problem.id, sampleIndex: own.sampleIndex, decoding: own.decoding, text: own.text,
      finishReason: own.finishReason, tokenCount: own.tokenCount, logProbability: own.logProbability)
    let verdict = answer.judged.verdict
    switch kind {
    case .jsonl:
      return try RunExport.line(
        of: JudgedCompletion(completion: completion, verdict: verdict), iteration: answer.iteration,
        split: question.content.split) + "\n"
    case .csv:
      let fields = [
        CSV.text(completion.problemID.rawValue), question.content.split.rawValue, String(answer.iteration),
        completion.decoding.rawValue, String(completion.sampleIndex), verdict.outcome.rawValue,
        CSV.text(verdict.extracted ?? ""), completion.tokenCount.map(String.init) ?? "",
        completion.logProbability.map { "\($0)" } ?? "", completion.finishReason?.rawValue ?? "",
        CSV.text(completion.text),
      ]
      return fields.joined(separator: ",") + "\r\n"
    }
  }
}

/// Fields of RFC 4180.
enum CSV {
  /// A text in quotes. One that a spreadsheet would take for a formula begins with an apostrophe, as spreadsheets write texts.
  static func text(_ text: String) -> String {
    let isFormula = text.unicodeScalars.first.map { ["=", "+", "-", "@", "\t", "\r"].contains($0) } ?? false
    return "\"" + (isFormula ? "'" : "") + text.replacing("\"", with: "\"\"") + "\""
  }
}
