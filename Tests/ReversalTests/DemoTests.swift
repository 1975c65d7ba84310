import Foundation
import Testing

/// The demo takes minutes; that it sets out as it should is seen in seconds.
@Suite struct DemoTests {
  @Test func theDemoTrainsItsFirstModelAndCanBeContinued() throws {
    let folder = try TemporaryFolder()
    let run = folder.path("demo")
    let process = Process()
    let errors = Pipe()
    process.executableURL = CommandLineTool.program
    process.arguments = ["demo", "--out", run]
    process.standardOutput = FileHandle.nullDevice
    process.standardError = errors
    try process.run()
    let checkpoint = run + "/checkpoints/M1/model.safetensors"
    while process.isRunning, !FileManager.default.fileExists(atPath: checkpoint) { usleep(10_000) }
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    let text = String(decoding: try errors.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    #expect(FileManager.default.fileExists(atPath: checkpoint), "\(text)")
    let status = try CommandLineTool.run(["status", run])
    #expect(status.status == 0 && status.output.contains("M_1"), "\(status.output)\(status.errors)")
  }
}
