import Foundation
import TestSupport
import Testing

/// `lexgen bundle` as a process.
struct BundleProcessTests {
  private static let note = """
    {
      "lexicon": 1,
      "id": "com.example.note",
      "defs": {
        "main": { "type": "token", "description": "A \\"note\\": {x}, [y]." }
      }
    }

    """
  private static let list = """
    lexicon: 1
    id: com.example.list
    defs:
      main:
        type: token
        description: A list.

    """

  private func project() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write(Self.note, to: "Lexicons/com/example/note.json")
    try folder.write(Self.list, to: "Lexicons/com/example/list.yaml")
    return folder
  }

  @Test(arguments: ["bundle.json", "bundle.jsonl", "bundle.yaml"])
  func aBundleRoundTrips(_ name: String) throws {
    let folder = try project()
    let bundle = try LexgenProcess("bundle", "Lexicons", "--output", name, in: folder)
    try #require(bundle.status == 0, "\(bundle.error)")
    let extracted = try LexgenProcess("bundle", "--extract", name, "--output", "Copy", in: folder)
    try #require(extracted.status == 0, "\(extracted.error)")
    #expect(
      try folder.names(below: "Copy") == ["com/example/list.json", "com/example/note.json"]
    )
    if name == "bundle.json" {
      #expect(try folder.text("Copy/com/example/note.json") == Self.note)
    }
    let again = try LexgenProcess("bundle", "Copy", "--output", "again.json", in: folder)
    #expect(again.status == 0)
    let diff = try LexgenProcess("diff", "Lexicons", "Copy", in: folder)
    #expect(diff.status == 0, "\(diff.output)\(diff.error)")
  }

  @Test func escapeSequencesOfJSONAreNotCopiedToYAML() throws {
    let folder = try TemporaryFolder()
    try folder.write(
      #"""
      {"lexicon": 1, "id": "com.example.a", "defs": {"main": {"type": "token",
        "description": "\ud83d\ude00 a\/b \u00fc \" \\."}}}
      """#,
      to: "Lexicons/com/example/a.json"
    )
    let bundle = try LexgenProcess("bundle", "Lexicons", "--output", "a.yaml", in: folder)
    try #require(bundle.status == 0, "\(bundle.error)")
    let text = try folder.text("a.yaml")
    #expect(text.contains(#"😀 a/b ü \" \\."#), "\(text)")
    #expect(text.split(separator: "\n").count == 2)
  }

  @Test(arguments: [".5", "+1.5", ".inf", "-.inf", ".nan", "1."])
  func numbersOutsideJSONAreRefused(_ number: String) throws {
    let folder = try TemporaryFolder()
    let document =
      "{lexicon: 1, id: com.example.a, defs: {main: {type: token}}, extra: \(number)}\n"
    try folder.write("lexicons:\n- \(document)", to: "bundle.yaml")
    let run = try LexgenProcess(
      "bundle",
      "--extract",
      "bundle.yaml",
      "--output",
      "Copy",
      in: folder
    )
    // A text is not a number, so it may also become a string.
    if run.status == 0 {
      let text = try folder.text("Copy/com/example/a.json")
      #expect(text.contains("\"extra\": \"\(number)\""), "\(text)")
    } else {
      #expect(run.error.contains("'\(number)' is not a valid number in JSON"), "\(run.error)")
      #expect(try folder.names() == ["bundle.yaml"])
    }
  }

  @Test func allDocumentsOfTheProjectRoundTrip() throws {
    let folder = try TemporaryFolder()
    let lexicons = PythonEnvironment.package.appending(path: "Lexicons").path
    let bundle = try LexgenProcess("bundle", lexicons, "--output", "all.json", in: folder)
    try #require(bundle.status == 0, "\(bundle.error)")
    _ = try LexgenProcess("bundle", "--extract", "all.json", "--output", "Copy", in: folder)
    let names = try folder.names(below: "Copy")
    try #require(names.count > 50)
    for name in names {
      let original = try String(contentsOfFile: "\(lexicons)/\(name)", encoding: .utf8)
      let copy = try folder.text("Copy/\(name)")
      #expect(
        copy.trimmingCharacters(in: .whitespacesAndNewlines)
          == original.trimmingCharacters(in: .whitespacesAndNewlines)
      )
    }
  }

  @Test func aSelectionIsBundled() throws {
    let folder = try project()
    let run = try LexgenProcess(
      "bundle",
      "Lexicons",
      "--include",
      "com.example.note",
      "--format",
      "jsonl",
      in: folder
    )
    #expect(run.status == 0)
    #expect(run.output.split(separator: "\n").count == 1)
    #expect(run.output.contains("\"com.example.note\""))
  }

  @Test func filesThatDifferAreKept() throws {
    let folder = try project()
    _ = try LexgenProcess("bundle", "Lexicons", "--output", "bundle.json", in: folder)
    try folder.write("{}", to: "Copy/com/example/note.json")
    let run = try LexgenProcess(
      "bundle",
      "--extract",
      "bundle.json",
      "--output",
      "Copy",
      in: folder
    )
    #expect(run.status == 2)
    #expect(run.error.contains("--force"))
    #expect(try folder.names(below: "Copy") == ["com/example/note.json"])
    let forced = try LexgenProcess(
      "bundle",
      "--extract",
      "bundle.json",
      "--output",
      "Copy",
      "--force",
      in: folder
    )
    #expect(forced.status == 0)
    #expect(try folder.text("Copy/com/example/note.json") == Self.note)
  }

  @Test(
    arguments: [
      #"{"lexicons": [{"lexicon": 1, "id": "../../escape", "defs": {}}]}"#,
      #"{"lexicons": [{"lexicon": 1, "id": "com.example./a", "defs": {}}]}"#,
      #"{"lexicons": [{"lexicon": 1, "defs": {}}]}"#, #"{"lexicons": [1]}"#,
      #"{"lexicons": [{"id": "com.example.a"}, {"id": "com.example.a"}]}"#, "{}", "[", "",
    ]
  )
  func hostileBundlesAreRefused(_ text: String) throws {
    let folder = try TemporaryFolder()
    try folder.write(text, to: "in/bundle.json")
    let run = try LexgenProcess(
      "bundle",
      "--extract",
      "in/bundle.json",
      "--output",
      "in/Copy",
      in: folder
    )
    #expect(run.status == 2)
    #expect(run.error.contains("bundle.json"))
    #expect(try folder.names() == ["in/bundle.json"])
  }

  @Test(
    arguments: [
      (
        "bundle.json", #"{"lexicons": [{"lexicon": 1, "defs": {}}]}"#,
        "bundle.json:1:15: error: the document has no 'id' [invalid-bundle]"
      ),
      (
        "bundle.yaml", "lexicons:\n- id: com.example\n",
        "bundle.yaml:2:7: error: 'com.example' is not a valid NSID: "
          + "has fewer than three segments [invalid-bundle]"
      ),
    ]
  )
  func invalidBundlesAreReported(_ name: String, _ text: String, _ error: String) throws {
    let folder = try TemporaryFolder()
    try folder.write(text, to: name)
    let run = try LexgenProcess("bundle", "--extract", name, "--output", "Copy", in: folder)
    #expect(run.status == 2 && run.lines == [error], "\(run.error)")
  }

  @Test(arguments: ["99999999999999999999", "-99999999999999999999"])
  func numbersThatAreTooLargeAreRefused(_ number: String) throws {
    let folder = try TemporaryFolder()
    for (name, text) in [
      ("b.yaml", "lexicons:\n- id: com.example.a\n  x: \(number)\n"),
      ("b.json", #"{"lexicons": [{"id": "com.example.a", "x": \#(number)}]}"#),
      ("b.jsonl", #"{"id": "com.example.a", "x": \#(number)}"#),
    ] {
      try folder.write(text, to: name)
      let run = try LexgenProcess("bundle", "--extract", name, "--output", "Copy", in: folder)
      #expect(run.status == 2 && run.error.contains(name), "\(run.error)")
      try folder.remove(name)
    }
    #expect(try folder.names().isEmpty)
  }

  @Test func bundlesAreNotInput() throws {
    let folder = try project()
    _ = try LexgenProcess("bundle", "Lexicons", "--output", "bundle.json", in: folder)
    let run = try LexgenProcess("bundle", "bundle.json", in: folder)
    #expect(run.status == 2)
    #expect(run.error.contains("'bundle.json' is a bundle"))
  }
}
