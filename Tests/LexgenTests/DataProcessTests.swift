import ATProtoData
import Foundation
import TestSupport
import Testing

/// Values in files, their positions, and what `validate` prints about them.
@Suite("lexgen validate: values and positions")
struct DataProcessTests {
  private static let post = """
    {"lexicon":1,"id":"com.example.post","defs":{
      "main":{"type":"record","key":"tid","record":{"type":"object","required":["text"],
        "properties":{"text":{"type":"string","maxLength":10},
          "reply":{"type":"ref","ref":"#reply"},
          "tags":{"type":"array","items":{"type":"string","maxLength":3}}}}},
      "reply":{"type":"object","properties":{"uri":{"type":"string","format":"at-uri"}}}}}
    """

  static func project() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write(post, to: "in/post.json")
    try folder.write("inputs: in\n", to: "lexgen.yaml")
    return folder
  }

  static func validate(
    _ data: [UInt8],
    _ arguments: String...,
    in folder: TemporaryFolder
  ) throws -> ChildProcess {
    try ChildProcess(
      try ChildProcess.built("lexgen"),
      ["validate", "com.example.post", "-"] + arguments,
      input: Data(data),
      folder: URL(filePath: folder.path)
    )
  }

  @Test(
    "a violation in JSON has a line and a column",
    arguments: [
      (
        """
        {
          "$type": "com.example.post",
          "text": "much too long",
          "reply": {"uri": "x"},
          "tags": ["a", "four"]
        }
        """,
        ["3:11: error: text: ", "4:20: error: reply.uri: ", "5:17: error: tags[1]: "]
      ),
      ("{\"$type\":\"com.example.post\",\n\"te\\u0078t\": 5}", ["2:14: error: text: "]),
      ("\n  {\"$type\":\"com.example.post\"}", ["2:3: error: text: "]),
      ("{\n  \"text\": x}", ["2:11: error: "]),
      ("[]", ["1:1: error: "]),
    ]
  )
  func positions(_ data: String, _ expected: [String]) throws {
    let run = try Self.validate(Array(data.utf8), in: Self.project())
    #expect(run.status == 1)
    #expect(run.lines.count == expected.count, "\(run.lines)")
    for (line, start) in zip(run.lines, expected) {
      #expect(line.hasPrefix("standard input:\(start)"), "\(line)")
    }
  }

  @Test("every format of lexgen sample is read", arguments: ["json", "cbor"], [1, 3])
  func samples(_ format: String, _ count: Int) throws {
    let folder = try Self.project()
    let sample = try ChildProcess(
      try ChildProcess.built("lexgen"),
      ["sample", "com.example.post", "--count", "\(count)", "--format", format],
      folder: URL(filePath: folder.path)
    )
    #expect(sample.status == 0)
    let run = try Self.validate([UInt8](sample.output), in: folder)
    #expect(run.status == 0, "\(run.lines)")
    let values = count == 1 ? "1 value" : "\(count) values"
    let summary = "lexgen: validated \(values): no violations\n"
    #expect(String(decoding: run.error, as: UTF8.self) == summary)
  }

  @Test("a violation names its value if it is not the first")
  func values() throws {
    let folder = try Self.project()
    let good: DataValue = ["$type": "com.example.post", "text": "x"]
    let bad: DataValue = ["$type": "com.example.post", "text": "much too long"]
    let lines = good.jsonBytes() + [0x0A] + bad.jsonBytes() + [0x0A]
    let json = try Self.validate(lines, in: folder)
    #expect(json.status == 1)
    #expect(
      json.lines.first?.hasPrefix("standard input:2:9: error: value 2: text: ") == true,
      "\(json.lines)"
    )
    let cbor = try Self.validate(good.cborBytes() + bad.cborBytes(), in: folder)
    #expect(
      cbor.lines.first?.hasPrefix("standard input: error: value 2: text: ") == true,
      "\(cbor.lines)"
    )
    // The rest after a truncated value cannot be read.
    let truncated = try Self.validate(good.cborBytes() + bad.cborBytes().dropLast(), in: folder)
    #expect(truncated.status == 1 && truncated.lines.count == 1)
    #expect(
      truncated.lines.first?.hasPrefix("standard input: byte ") == true,
      "\(truncated.lines)"
    )
    for empty in ["", " \n"] {
      #expect(try Self.validate(Array(empty.utf8), in: folder).status == 1)
    }
    // Values without white space between them are a mistake.
    #expect(try Self.validate(good.jsonBytes() + good.jsonBytes(), in: folder).status == 1)
  }

  @Test(
    "unknown fields are reported on request",
    arguments: [("ignore", 0, 0), ("warn", 0, 1), ("error", 1, 1)] as [(String, Int32, Int)]
  )
  func unknown(_ policy: String, _ status: Int32, _ count: Int) throws {
    let data = #"{"$type":"com.example.post","text":"x","reply":{"urj":"y"}}"#
    let run = try Self.validate(
      Array(data.utf8),
      "--unknown",
      policy,
      in: Self.project()
    )
    #expect(run.status == status)
    #expect(run.lines.count == count, "\(run.lines)")
    let severity = status == 0 ? "warning" : "error"
    if count > 0 {
      let line = run.lines[0]
      #expect(line.hasPrefix("standard input:1:49: \(severity): reply.urj: field 'urj' is"))
      #expect(line.hasSuffix("; did you mean 'uri'? [unknown-field]"), "\(line)")
    }
  }

  @Test("--json prints an object for each value")
  func json() throws {
    let folder = try Self.project()
    let data = #"{"$type":"com.example.post","text":"x"}"# + "\n" + #"{"text":5}"# + "\n"
    try folder.write(data, to: "data.json")
    let run = try LexgenProcess("validate", "com.example.post", "data.json", "--json", in: folder)
    #expect(run.status == 1)
    let values = try run.output.split(separator: "\n").map { try DataValue(json: String($0)) }
    #expect(values.count == 2)
    #expect(values[0]["valid"] == true && values[0]["violations"] == [])
    #expect(values[1]["file"] == "data.json" && values[1]["index"] == 2)
    #expect(values[1]["valid"] == false)
    let violations = try #require(values[1]["violations"]?.array)
    let text = try #require(violations.first { $0["path"] == "text" })
    #expect(text["line"] == 2 && text["column"] == 9 && text["offset"] == 48)
    #expect(text["severity"] == "error" && text["rule"] != nil && text["message"] != nil)
  }

  @Test(
    "a method without a part is an error that names its parts",
    arguments: ["validate", "sample"]
  )
  func methods(_ command: String) throws {
    let folder = try Self.project()
    let method =
      #"{"lexicon":1,"id":"com.example.getPost","defs":{"main":{"type":"query","parameters":"#
      + #"{"type":"params","properties":{"cursor":{"type":"string"}}},"output":"#
      + #"{"encoding":"application/json","schema":{"type":"ref","ref":"com.example.post#reply"}}}}}"#
    try folder.write(method, to: "in/getPost.json")
    try folder.write("{}", to: "x.json")
    let files = command == "validate" ? ["x.json"] : []
    let run = try LexgenProcess([command, "com.example.getPost"] + files, in: folder)
    #expect(run.status == 2)
    #expect(
      run.lines == [
        "Error: 'com.example.getPost' is a query; write com.example.getPost/parameters or "
          + "com.example.getPost/output"
      ]
    )
    let wrong = try LexgenProcess([command, "com.example.getPost/input"] + files, in: folder)
    #expect(wrong.status == 2)
    #expect(
      wrong.error.hasPrefix("Error: 'com.example.getPost' is a query without 'input'; write "),
      "\(wrong.error)"
    )
    let definition = try LexgenProcess([command, "com.example.post#repli"] + files, in: folder)
    #expect(
      definition.lines == [
        "Error: 'com.example.post' has no definition 'repli'; did you mean 'reply'?"
      ]
    )
  }
}
