import Foundation
import Testing

/// Two runs of one configuration and seed on one machine.
@Suite struct SameBytesTests {
  @Test func theWholeDatabaseIsTheSameForAnyThreads() throws {
    let folder = try TemporaryFolder()
    let reference = try ReferenceRun.made()
    #expect(reference.result.status == 0, "\(reference.result.errors)")
    let other = try CommandLineTool.run(
      ["run", try ReferenceRun.configuration(), "--out", folder.path("two"), "--threads", "2"])
    #expect(other.status == 0, "\(other.errors)")
    let (one, two) = (
      try RunImage(reference.folder, .content), try RunImage(folder.url.appending(path: "two"), .content)
    )
    #expect(
      Set(one.tables.keys) == [
        "artifact", "completion", "manifest", "metric", "problem", "stage", "token_usage", "training_row", "waiting",
      ])
    #expect(one.tables["waiting"] == [], "every answer of a finished run has its verdict")
    for name in one.tables.keys { #expect(one.tables[name] == two.tables[name], "\(name)") }
    #expect(one == two)
    let lineages = try [reference.folder.path, folder.path("two")].map {
      try CommandLineTool.run(["export", $0, "--lineage"]).output.split(separator: "\n")
    }
    #expect(lineages[0].count == 13 && lineages[0].dropLast() == lineages[1].dropLast())
    #expect(lineages[0].last?.contains("\"threads\":1") == true && lineages[1].last?.contains("\"threads\":2") == true)

    // What differs in how they were made is named; threads do not matter to bytes.
    let comparison = try CommandLineTool.run(
      ["compare", reference.folder.path, folder.path("two"), "--resamples", "20"])
    #expect(comparison.status == 0, "\(comparison.errors)")
    let rows = comparison.output.split(separator: "\n")
    #expect(rows.contains { $0.hasPrefix("threads") && $0.contains("1") && $0.contains("2") }, "\(comparison.output)")
    #expect(!comparison.output.contains("the same seed need not give the same bytes"))
  }

  @Test func otherSettingsAndEnvironmentsAreNamed() throws {
    let folder = try TemporaryFolder()
    let one = try ReferenceRun.copy(to: folder, as: "one")
    let two = try ReferenceRun.copy(to: folder, as: "two")
    try ReferenceRun.edit(
      "UPDATE environment SET json = json_set(json, '$.instructions', 'other', '$.version', '0')",
      #"UPDATE manifest SET json = replace(json, 'top_p\":0.95', 'top_p\":0.5')"#, in: two)
    let text = try CommandLineTool.run(["compare", one.path, two.path, "--resamples", "20"])
    #expect(text.status == 0, "\(text.errors)")
    for expected in [
      "what the runs differ in", "sampling.top_p", "0.5", "instructions", "other",
      "Not made in one environment (instructions, version): the same seed need not give the same bytes.",
    ] {
      #expect(text.output.contains(expected), "\(expected)\n\(text.output)")
    }
    let json = try CommandLineTool.run(["compare", one.path, two.path, "--resamples", "20", "--json", "-"]).output
    let object = try #require(JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
    let conditions = try #require(object["conditions"] as? [[String: Any]])
    #expect(
      conditions.map { "\($0["kind"] ?? "") \($0["name"] ?? "")" } == [
        "setting sampling.top_p", "environment instructions", "environment version",
      ])
    #expect((conditions[1]["values"] as? [String])?.last == "other")
  }
}
