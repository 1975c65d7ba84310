import ArgumentParser
import Core
import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension BenchmarkCommand {
  /// One sample a request, so that every answer costs a whole one.
  struct Endpoint: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Requests a second to a server, which should do nothing else, and the memory they take.")

    @Option(help: "Address of the server, up to and with /v1.") var endpoint: String
    @Option(help: "The model's name.") var model = "model"
    @Option(help: "Requests.") var requests = 100_000
    @Option(help: "Requests under way at a time.") var concurrency = 64
    @Flag(help: "One JSON object instead of a sentence.") var json = false

    private struct Figure: Encodable {
      let requestsPerSecond, seconds: Double
      let requests: Int
      /// Largest resident size after a tenth of the requests, and at the end.
      let earlyPeakMegabytes, peakMegabytes: Double

      enum CodingKeys: String, CodingKey {
        case requestsPerSecond = "requests_per_second"
        case seconds, requests
        case earlyPeakMegabytes = "early_peak_megabytes"
        case peakMegabytes = "peak_megabytes"
      }
    }

    func validate() throws {
      try BenchmarkCommand.require(requests >= 10, "--requests is \(requests); give 10 or more")
      try BenchmarkCommand.require(concurrency >= 1, "--concurrency is \(concurrency); give 1 or more")
    }

    func run() async throws {
      let settings = EndpointSettings(
        url: try ServerOptions.address(endpoint), model: model, api: .completions,
        concurrency: .init(initial: concurrency, max: concurrency))
      let sampler = try Wiring.endpoint(settings) { ProgressDisplay().say($0) }
      let checkpoint = Checkpoint(iteration: 0, folder: URL(filePath: "/"))
      // A call holds its own answers until its end, whatever the whole comes to.
      let part = min(1_000, max(1, requests / 10))
      func draw(_ range: Range<Int>) async throws {
        let work = range.map {
          SampleRequest(
            prompt: Prompt(problemID: ProblemID("\($0)"), text: "Question: What is \($0) + 3?\nAnswer:"),
            sampleIndices: [0])
        }
        let answers = try await sampler.sample(
          from: checkpoint, requests: work, parameters: SamplingParameters(maxTokens: 16), progress: { _ in },
          finished: { _ in })
        guard answers.count == work.count else { throw InputError("the server lost answers") }
      }
      // Connections and the server's dialect.
      try await draw(0..<part)
      let start = ContinuousClock.now
      var early: Double?
      for first in stride(from: 0, to: requests, by: part) {
        try await draw(first..<min(first + part, requests))
        if early == nil, first + part >= requests / 10 { early = Self.peakMegabytes }
      }
      let seconds = (ContinuousClock.now - start) / .seconds(1)
      let peak = Self.peakMegabytes
      let figure = Figure(
        requestsPerSecond: Double(requests) / seconds, seconds: seconds, requests: requests,
        earlyPeakMegabytes: early ?? peak, peakMegabytes: peak)
      print(
        json
          ? try JSONLines.line(figure)
          : String(
            format: "%.0f requests a second (%d in %.1f s); %.1f MB after a tenth, %.1f MB at the end",
            figure.requestsPerSecond, requests, seconds, figure.earlyPeakMegabytes, peak))
    }

    private static var peakMegabytes: Double {
      var usage = rusage()
      // Darwin counts bytes, the others kibibytes.
      #if canImport(Darwin)
        let (process, unit) = (RUSAGE_SELF, 1.0)
      #elseif canImport(Musl)
        let (process, unit) = (RUSAGE_SELF, 1024.0)
      #else
        let (process, unit) = (__rusage_who_t(RUSAGE_SELF.rawValue), 1024.0)
      #endif
      guard unsafe getrusage(process, &usage) == 0 else { return 0 }
      return Double(usage.ru_maxrss) * unit / 1e6
    }
  }
}
