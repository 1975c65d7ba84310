import Core
import Foundation
import FoundationNetworking
import RunStore

/// `reversal serve` as a process of its own.
final class ServedRun {
  let address: URL
  private let process: Process
  private let output: Pipe

  /// - Throws: Where the process ends without having told an address.
  init(_ arguments: [String], environment: [String: String] = [:]) throws {
    process = Process()
    output = Pipe()
    process.executableURL = CommandLineTool.program
    process.arguments = ["serve", "--port", "0"] + arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    var line = Data()
    while !line.contains(UInt8(ascii: "\n")) {
      let piece = output.fileHandleForReading.availableData
      guard !piece.isEmpty else { throw InputError("serve ended without an address") }
      line += piece
    }
    let text = String(decoding: line, as: UTF8.self)
    guard let match = text.firstMatch(of: #/Open (http:\S+) \(/#), let address = URL(string: String(match.1)) else {
      throw InputError("serve told no address: \(text)")
    }
    self.address = address
  }

  deinit { if process.isRunning { process.terminate() } }

  var identifier: Int32 { process.processIdentifier }

  func page(_ path: String) async throws -> (status: Int, body: String) { try await Self.page(path, of: address) }

  static func page(_ path: String, of address: URL) async throws -> (status: Int, body: String) {
    let (data, response) = try await URLSession.shared.data(from: address.appending(path: path))
    return ((response as? HTTPURLResponse)?.statusCode ?? 0, String(decoding: data, as: UTF8.self))
  }

  /// Ctrl-C, and the exit status.
  func interrupt() -> Int32 {
    process.interrupt()
    process.waitUntilExit()
    return process.terminationStatus
  }
}
