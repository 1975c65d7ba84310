import Foundation
import TestServer

// A server with OpenAI's interface and no model behind it, for benchmarks and for trying out an endpoint sampler:
//
//   fake-endpoint [--port N] [--models a,b] [--problems FILE] [--wait-ms N] [--null]
//
// It prints its address and serves until it is ended. --problems gives right answers to some of the questions in FILE (JSON
// Lines with "question" and "reference"); --null answers every completion with the same few bytes and reads nothing.

struct Row: Decodable {
  let question: String
  let reference: String
}

func say(_ address: String) throws { try FileHandle.standardOutput.write(contentsOf: Data((address + "\n").utf8)) }

var options: [String: String] = [:]
var arguments = CommandLine.arguments.dropFirst()
while let name = arguments.popFirst() { options[name] = name == "--null" ? "" : arguments.popFirst() ?? "" }
let port = options["--port"].flatMap(Int.init) ?? 0

if options["--null"] != nil {
  let answer = WebServer.Reply.http(
    200,
    body: Data(
      #"{"choices":[{"index":0,"text":" 4","finish_reason":"stop"}],"usage":{"prompt_tokens":5,"completion_tokens":1}}"#
        .utf8))
  let models = WebServer.Reply.http(200, body: Data(#"{"data":[{"id":"model"}]}"#.utf8))
  let server = try WebServer(port: port) { $0.method == "GET" ? models : answer }
  try say(server.url("/v1"))
  while true { sleep(3600) }
}

var behaviour = FakeInferenceServer.Behaviour()
if let models = options["--models"] { behaviour.models = models.split(separator: ",").map(String.init) }
if let wait = options["--wait-ms"].flatMap(Int.init) { behaviour.wait = .milliseconds(wait) }
if let file = options["--problems"] {
  let rows = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n")
    .map { try JSONDecoder().decode(Row.self, from: Data($0.utf8)) }
  // Its tokens are those of no model, and a run trains on tokens where it has them.
  behaviour.givesTokenIDs = false
  behaviour.answer = { FakeInferenceServer.answer($0, from: rows.map { ($0.question, $0.reference) }) }
}
let server = try FakeInferenceServer(port: port, behaviour)
try say(server.url)
while true { sleep(3600) }
