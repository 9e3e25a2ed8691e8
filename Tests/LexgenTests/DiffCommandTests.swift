import Foundation
import TestSupport
import Testing

/// What `lexgen diff` reads and prints, and how it exits.
@Suite("lexgen diff")
struct DiffCommandTests {
  static func record(_ limit: Int, _ more: String = "") -> String {
    """
    {"lexicon":1,"id":"com.example.post","defs":{"main":{"type":"record","key":"tid","record":
    {"type":"object","properties":{
    "text":{"type":"string","maxLength":\(limit)}\(more)}}}}}
    """
  }

  /// Three versions: `two` adds to `one`, `three` breaks it.
  static func project() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write(record(300), to: "one/post.json")
    try folder.write(record(300, #","new":{"type":"boolean"}"#), to: "two/post.json")
    try folder.write(record(200), to: "three/post.json")
    try folder.write(Documents.broken, to: "broken/a.json")
    try folder.write("{", to: "broken/b.json")
    return folder
  }

  @Test(
    "the verdict decides the exit status",
    arguments: [
      (["one", "one"], 0, "no changes"),
      (["one", "two"], 0, "only compatible changes: 1 compatible"),
      (["one", "two", "--fail-on", "compatible"], 1, "only compatible changes: 1 compatible"),
      (["one", "one", "--fail-on", "compatible"], 0, "no changes"),
      (["one", "three"], 1, "breaking changes: 1 breaking"),
      (["one/post.json", "three/post.json"], 1, "breaking changes: 1 breaking"),
      (["two", "one"], 0, "only compatible changes: 1 note"),
    ] as [([String], Int32, String)]
  )
  func verdict(_ arguments: [String], _ status: Int32, _ sentence: String) throws {
    let run = try LexgenProcess(["diff"] + arguments, in: Self.project())
    #expect(run.status == status)
    #expect(run.lines == ["lexgen: \(sentence)"])
    #expect(run.output.isEmpty == sentence.hasPrefix("no changes"))
  }

  @Test(
    "a version that cannot be read is an error",
    arguments: [
      (["one", "absent"], "absent:1:1: error: no such file or directory [no-such-input]"),
      (["one", "broken"], "broken/b.json:1:2: error:"),
      (["git:-x", "one"], "git:-x: error: expected git:REV or git:REV:path"),
      (["git:", "one"], "git:: error: expected git:REV or git:REV:path"),
      (["one", "git:HEAD"], "git:HEAD: error:"),
    ]
  )
  func unreadable(_ arguments: [String], _ error: String) throws {
    let run = try LexgenProcess(["diff"] + arguments, in: Self.project())
    #expect(run.status == 2)
    #expect(run.lines.contains { $0.hasPrefix(error) }, "\(run.error)")
    #expect(run.output.isEmpty)
  }

  @Test("text output shows the lines of both versions")
  func text() throws {
    let run = try LexgenProcess("diff", "one", "three", in: Self.project())
    #expect(
      run.output == """
        three/post.json:3:8: error: 'text' could have at most 300 bytes and can now have at most 200 \
        bytes; existing data may no longer be valid, in the record \
        com.example.post [string-length-narrowed, breaking]
            3 | "text":{"type":"string","maxLength":200}}}}}}
              |        ^
        one/post.json:3:8: note: old version
            3 | "text":{"type":"string","maxLength":300}}}}}}
              |        ^

        """
    )
  }

  private struct Report: Decodable {
    struct Finding: Decodable {
      struct Related: Decodable {
        var file: String
      }

      var rule: String
      var severity: String
      var file: String
      var nsid: String?
      var path: String?
      var related: [Related]?
      var properties: [String: String]
    }

    struct Summary: Decodable {
      var verdict: String
      var swift: String?
    }

    var command: String
    var summary: Summary
    var findings: [Finding]
  }

  @Test("JSON output has the class, the path, and the old location of a change")
  func json() throws {
    let run = try LexgenProcess(
      "diff",
      "one",
      "three",
      "--swift",
      "--format",
      "json",
      in: Self.project()
    )
    #expect(run.status == 1 && run.error.isEmpty)
    let report = try JSONDecoder().decode(Report.self, from: Data(run.output.utf8))
    #expect(report.command == "diff" && report.summary.verdict == "breaking")
    // A limit is not part of the API.
    #expect(report.summary.swift == "none")
    let finding = try #require(report.findings.first)
    #expect(finding.rule == "string-length-narrowed" && finding.severity == "error")
    #expect(finding.file == "three/post.json" && finding.related?.first?.file == "one/post.json")
    #expect(finding.nsid == "com.example.post")
    #expect(finding.path == "/defs/main/record/properties/text")
    #expect(
      finding.properties == ["class": "breaking", "shared": "the record com.example.post"]
    )
  }

  @Test("SARIF output describes the rules, and GitHub output annotates each change")
  func otherFormats() throws {
    let folder = try Self.project()
    let sarif = try LexgenProcess("diff", "one", "three", "--format", "sarif", in: folder)
    #expect(sarif.output.contains(#""ruleId":"string-length-narrowed""#))
    #expect(sarif.output.contains(#""id":"string-length-narrowed""#))
    #expect(sarif.output.contains(#""verdict":"breaking""#))
    let github = try LexgenProcess("diff", "one", "three", "--format", "github", in: folder)
    #expect(
      github.output.hasPrefix(
        "::error file=three/post.json,line=3,col=8,title=string-length-narrowed::'text' could"
      )
    )
  }

  @Test("--swift reports source-breaking and compatible changes without changing the verdict")
  func swift() throws {
    let folder = try Self.project()
    let added = try LexgenProcess("diff", "one", "two", "--swift", in: folder)
    #expect(added.status == 0)
    #expect(
      added.output.contains(
        "note: Swift: 'ComExample.Post.new' was added, with a default value in the initializer "
          + "[swift-source-compatible]"
      )
    )
    let removed = try LexgenProcess("diff", "two", "one", "--swift", in: folder)
    // A change that breaks code does not break data, so the verdict stays.
    #expect(removed.status == 0)
    #expect(
      removed.output.contains(
        "warning: Swift: 'ComExample.Post.new' was removed [swift-source-breaking]"
      )
    )
    try folder.write(Documents.broken, to: "alone/a.json")
    let alone = try LexgenProcess("diff", "alone", "alone", "--swift", in: folder)
    #expect(alone.status == 2)
    #expect(alone.error.contains("--swift requires all referenced documents"))
  }

  @Test("--swift reports the location of the property in both versions")
  func swiftPlaces() throws {
    let folder = try Self.project()
    try folder.write(Self.record(300, #","new":{"type":"integer"}"#), to: "retyped/post.json")
    let run = try LexgenProcess(
      "diff",
      "two",
      "retyped",
      "--swift",
      "--format",
      "github",
      in: folder
    )
    let line = run.output.split(separator: "\n").first { $0.contains("swift-source-breaking") }
    let annotation = try #require(line)
    #expect(annotation.hasPrefix("::warning file=retyped/post.json,line=3,col=42,"))
    #expect(annotation.contains("%0Atwo/post.json:3:42: old version"))
  }

  @Test("a document whose old version has errors is skipped with a warning")
  func mended() throws {
    let folder = try Self.project()
    try folder.write(Self.record(300), to: "half/post.json")
    let wrong = Documents.object("com.example.a").replacing(
      #""type":"object""#,
      with: #""type":"x""#
    )
    try folder.write(wrong, to: "half/a.json")
    try folder.write(Self.record(200), to: "whole/post.json")
    try folder.write(Documents.object("com.example.a"), to: "whole/a.json")
    let run = try LexgenProcess("diff", "half", "whole", in: folder)
    #expect(run.status == 1)
    #expect(run.output.contains("half/a.json:") && run.output.contains("[old-version-has-errors]"))
    // The other documents are still compared, and the repaired one is not a new document.
    #expect(run.output.contains("[string-length-narrowed, breaking]"))
    #expect(!run.output.contains("document-added"))
    #expect(run.lines == ["lexgen: breaking changes: 1 breaking, 1 not compared"])
    #expect(try LexgenProcess("diff", "whole", "half", in: folder).status == 2)
  }

  static let git = "/usr/bin/git"

  @Test(
    "revisions of a Git repository are compared",
    .enabled(if: FileManager.default.isExecutableFile(atPath: git), "needs /usr/bin/git")
  )
  func revisions() throws {
    let folder = try TemporaryFolder()
    func git(_ arguments: String...) throws {
      let identity = ["-c", "user.name=t", "-c", "user.email=t@example.com"]
      let child = try ChildProcess(
        URL(filePath: Self.git),
        identity + arguments,
        folder: URL(filePath: folder.path)
      )
      try #require(child.status == 0, "\(String(decoding: child.error, as: UTF8.self))")
    }
    try git("init", "-q")
    try folder.write(Self.record(300), to: "Lexicons/com/example/a post.json")
    try folder.write(Documents.object("com.example.a"), to: "more/a.json")
    try folder.write("{", to: ".hidden/broken.json")
    try folder.write("{", to: "notes.txt")
    try folder.folder("links")
    try folder.link("links/link.json", to: "elsewhere")
    try git("add", "-A")
    try git("commit", "-qm", "one")
    try git("tag", "v1")
    try folder.write(Self.record(200), to: "Lexicons/com/example/a post.json")
    try git("commit", "-qam", "two")

    func diff(_ arguments: String...) throws -> LexgenProcess {
      try LexgenProcess(["diff"] + arguments, in: folder)
    }
    #expect(try diff("git:HEAD", "git:HEAD").status == 0)
    #expect(try diff("git:v1", "git:HEAD:").status == 1)
    let worktree = try diff("git:v1:./Lexicons/", "Lexicons", "--format", "github")
    #expect(worktree.status == 1)
    #expect(worktree.output.hasPrefix("::error file=Lexicons/com/example/a post.json,line=3,"))
    #expect(worktree.output.contains("%0Agit:v1:Lexicons/com/example/a post.json:3:8: old"))
    #expect(try diff("git:v1:more", "git:HEAD~0:more/a.json").status == 0)
    #expect(try diff("git:HEAD:Lexicons", "Lexicons").status == 0)
    for (name, error) in [
      ("git:absent", "Not a valid object name absent"),
      ("git:HEAD:/etc", "git:HEAD:/etc: error: "),
      ("git:HEAD;ls", "Not a valid object name HEAD;ls"),
    ] {
      let run = try diff(name, "Lexicons")
      #expect(run.status == 2 && run.error.contains(error), "\(run.error)")
    }
    // As in the first pull request that adds documents.
    let absent = "'HEAD' has no documents at 'absent'"
    let first = try diff("git:HEAD:absent", "Lexicons")
    #expect(first.status == 0 && first.output.contains("[document-added, compatible]"))
    #expect(first.lines.first == "lexgen: \(absent); every document is new")
    let last = try diff("Lexicons", "git:HEAD:absent")
    #expect(last.status == 2 && last.lines == ["git:HEAD:absent: error: \(absent)"])
  }
}
