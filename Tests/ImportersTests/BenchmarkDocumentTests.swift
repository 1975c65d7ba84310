import Core
import Foundation
import Importers
import Tasks
import Testing

/// What lm-evaluation-harness carries along is the problem that our own loader makes of the same row.
@Suite struct BenchmarkDocumentTests {
  private let reading: Reading

  init() throws { reading = try Reading() }

  @Test(arguments: [
    ("gsm8k", #"{"question":"Two and two?","answer":"<<2+2=4>>4 <<4*1=4>>4 <<4-0=4>>4\n#### 4"}"#),
    ("gsm8k", #"{"question":"Nothing?","answer":"None. #### 0"}"#),
    ("math", ##"{"problem":"p","solution":"\\boxed{1}","level":"Level 4","type":"Algebra"}"##),
    ("math", #"{"problem":"p","solution":"s","level":2,"subject":"Algebra","unique_id":"test/algebra/1.json"}"#),
    ("math", #"{"problem":"p","solution":"s","level":"Level ?","type":"Algebra"}"#),
    (
      "csqa",
      #"{"id":"c1","answerKey":"B","question":{"stem":"Where?","choices":[{"label":"A","text":"x"},{"label":"B","text":"y"}]}}"#
    ),
    (
      "mbpp",
      #"{"task_id":2,"text":"Add.","code":"a\r\nb","test_list":["assert 1","assert 2"],"test_setup_code":"import math"}"#
    ),
    ("mbpp", #"{"task_id":3,"text":"Add.","code":"a","test_list":["assert 1"],"test_setup_code":""}"#),
    (
      "mbpp-sanitized",
      #"{"task_id":4,"prompt":"Add.","code":"a","test_list":["assert 1"],"test_imports":["import re","import os"]}"#
    ),
    (
      "humaneval",
      #"{"task_id":"HumanEval/7","prompt":"def f():\n","entry_point":"f","canonical_solution":" 1","test":"t"}"#
    ),
  ])
  func aDocumentIsTheProblemOfItsLoader(task: String, row: String) async throws {
    let file = try reading.write("test.jsonl", Data(row.utf8))
    let own = try TaskCatalog().task(named: task).loadProblems(from: URL(filePath: file), limit: nil)
    let sample =
      #"{"doc_id":0,"doc":\#(row),"arguments":{},"resps":[["x"]],"filtered_resps":["x"],"filter":"none","metrics":[]}"#
    let read = try await reading.read([("m.jsonl", sample)])
    let (carried, expected) = (try #require(read.problems.first), try #require(own.first))
    #expect(carried.question == expected.question && carried.reference == expected.reference)
    #expect(carried.group == expected.group && carried.material == expected.material && carried.task == expected.task)
    // Samples meet the problems of a file that the loader made.
    let matched = try await reading.read([("m.jsonl", sample)], problems: own)
    #expect(matched.samples.map(\.completion.problemID) == own.map(\.id))
  }
}
