import Engines
import Foundation
import TestSupport
import Testing

/// A model that is cut short while a command reads it: one line and status 1, where the system would end the process.
@Suite(.disabled(if: Sanitizer.isOn, "a sanitizer answers the signal itself"))
struct BrokenMappingTests {
  @Test func aModelThatIsCutShortWhileItIsReadIsNamed() throws {
    let folder = try TemporaryFolder()
    let model = folder.url.appending(path: "model")
    try FileManager.default.copyItem(at: try EmbeddedModel.folder, to: model)
    let (input, output, errors) = (Pipe(), Pipe(), Pipe())
    let process = Process()
    process.executableURL = CommandLineTool.program
    process.arguments = ["logprobs", "--model", model.path, "--threads", "1"]
    process.standardInput = input
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    let row = Data((#"{"prompt":"Q: 1 + 1?\nA:","completion":" 2"}"# + "\n").utf8)
    try input.fileHandleForWriting.write(contentsOf: row)
    // An answer says that the model is open and in use.
    try #require(!output.fileHandleForReading.availableData.isEmpty)
    let weights = try FileHandle(forWritingTo: model.appending(path: "model.safetensors"))
    try weights.truncate(atOffset: 0)
    try input.fileHandleForWriting.write(contentsOf: row)
    try input.fileHandleForWriting.close()
    process.waitUntilExit()
    let said = String(decoding: try errors.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    #expect(process.terminationReason == .exit && process.terminationStatus == 1, "\(said)")
    #expect(said.hasPrefix("reversal: a model file became shorter while it was read"), "\(said)")
  }
}
