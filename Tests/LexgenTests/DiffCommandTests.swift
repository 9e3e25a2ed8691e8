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

  @Test(
    "a version that cannot be read is an error with a selection, too",
    arguments: [["one", "absent"], ["absent", "one"], ["one", "part"]]
  )
  func unreadableSelection(_ versions: [String]) throws {
    let folder = try Self.project()
    try folder.write(Self.record(300), to: "part/post.json")
    try folder.link("part/other.json", to: "gone.json")
    let run = try LexgenProcess(
      ["diff"] + versions + ["--include", "com.example.post"],
      in: folder
    )
    #expect(run.status == 2)
    #expect(
      run.lines.contains { $0.contains("[no-such-input]") || $0.contains("[unreadable-file]") },
      "\(run.error)"
    )
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
        "::error file=three/post.json,line=3,col=8,endLine=3,endColumn=9,"
          + "title=string-length-narrowed::'text' could"
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
    let absent = try LexgenProcess("diff", "one", "two", "--swift", "--refs", "no", in: folder)
    #expect(absent.status == 2)
    #expect(absent.lines == ["no:1:1: error: no such file or directory [no-such-input]"])
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
    let gap =
      "lexgen: comparison incomplete: 1 document is not compared, because its old version has errors; "
      + "pass --allow old-errors to accept that"
    #expect(run.lines == ["lexgen: breaking changes: 1 breaking, 1 not compared", gap])
    // Without a breaking change, the gap decides.
    try folder.write(Self.record(300), to: "whole/post.json")
    let incomplete = try LexgenProcess("diff", "half", "whole", in: folder)
    #expect(incomplete.status == 3 && incomplete.lines.last == gap)
    let allowed = try LexgenProcess("diff", "half", "whole", "--allow", "old-errors", in: folder)
    #expect(allowed.status == 0 && allowed.lines.count == 1)
    #expect(try LexgenProcess("diff", "whole", "half", in: folder).status == 2)
  }

  @Test("allowing documents with errors does not allow that nothing is compared")
  func onlyErrors() throws {
    let folder = try Self.project()
    let wrong = Self.record(300).replacing(#""type":"string""#, with: #""type":"x""#)
    try folder.write(wrong, to: "wrong/post.json")
    for (allowed, status, gap) in [
      ([], 3, "1 document is not compared, because its old version has errors"),
      (["old-errors"], 3, "nothing was compared: no document is in both versions without errors"),
      (["old-errors", "nothing"], 0, nil),
    ] as [([String], Int32, String?)] {
      let run = try LexgenProcess(
        ["diff", "wrong", "one"] + allowed.flatMap { ["--allow", $0] },
        in: folder
      )
      #expect(run.status == status, "\(allowed): \(run.error)")
      let line = run.lines.last { $0.hasPrefix("lexgen: comparison incomplete: ") }
      #expect((line == nil) == (gap == nil), "\(run.error)")
      if let gap { #expect(line?.contains(gap) == true, "\(run.error)") }
    }
  }

  @Test(
    "a comparison of nothing has a status of its own",
    arguments: [
      (["empty", "one"], "missing", "'empty' has no documents"),
      (
        ["one", "other", "--accept", "accepted.yaml"], "nothing",
        "nothing was compared: no document is in both versions"
      ),
    ]
  )
  func nothing(_ arguments: [String], _ gap: String, _ message: String) throws {
    let folder = try Self.project()
    try folder.write("{}", to: "empty/package.json")
    try folder.write(Documents.object("com.example.other"), to: "other/other.json")
    try folder.write(
      "accepted: [{rule: document-removed, nsid: com.example.post, reason: Unused.}]\n",
      to: "accepted.yaml"
    )
    let run = try LexgenProcess(["diff"] + arguments, in: folder)
    #expect(run.status == 3, "\(run.error)")
    #expect(run.lines.last?.hasPrefix("lexgen: comparison incomplete: \(message)") == true)
    for allowed in [["--allow", gap], []] {
      if allowed.isEmpty { try folder.write("diff: {allow: \(gap)}\n", to: "lexgen.yaml") }
      let run = try LexgenProcess(["diff"] + arguments + allowed, in: folder)
      #expect(run.status == 0, "\(run.error)")
    }
    try folder.write("diff: {allow: everything}\n", to: "lexgen.yaml")
    #expect(try LexgenProcess(["diff"] + arguments, in: folder).status == 2)
  }

  @Test("diff follows the selection")
  func selection() throws {
    let folder = try Self.project()
    for version in ["one", "three"] {
      try folder.write(Documents.object("com.example.same"), to: "\(version)/same.json")
    }
    let same = ["diff", "one", "three", "--include", "com.example.same"]
    let run = try LexgenProcess(same, in: folder)
    #expect(run.status == 0 && run.lines == ["lexgen: no changes"], "\(run.error)")
    #expect(
      try LexgenProcess("diff", "one", "three", "--exclude", "com.example.post", in: folder).status
        == 0
    )
    #expect(
      try LexgenProcess("diff", "one", "three", "--include", "com.example.*", in: folder).status
        == 1
    )
    // Errors in the new version count only if it is selected.
    try folder.write(
      Documents.query("com.example.bad").replacing("query", with: "qery"),
      to: "three/b.json"
    )
    #expect(try LexgenProcess("diff", "one", "three", in: folder).status == 2)
    #expect(try LexgenProcess(same, in: folder).status == 0)
    try folder.write("include: com.example.same\n", to: "lexgen.yaml")
    #expect(try LexgenProcess("diff", "one", "three", in: folder).status == 0)
  }

  @Test("a document that was renamed is reported if its old NSID is selected")
  func renamed() throws {
    let folder = try Self.project()
    let memo = Self.record(300).replacing("com.example.post", with: "com.example.memo")
    try folder.write(memo, to: "renamed/memo.json")
    let run = try LexgenProcess(
      ["diff", "one", "renamed", "--include", "com.example.post"],
      in: folder
    )
    #expect(run.status == 1, "\(run.error)")
    #expect(
      run.output.contains("'com.example.post' was renamed to 'com.example.memo'")
        && run.output.contains("[document-renamed, breaking]"),
      "\(run.output)"
    )
  }

  static let accepted = """
    accepted:
      - rule: string-length-narrowed
        nsid: com.example.post
        path: /defs/main/record/properties/text
        reason: No post is longer.

    """

  @Test("accepted changes do not fail")
  func acceptance() throws {
    let folder = try Self.project()
    try folder.write(Self.accepted, to: "accepted.yaml")
    let arguments = ["diff", "one", "three", "--accept", "accepted.yaml"]
    let run = try LexgenProcess(arguments, in: folder)
    #expect(run.status == 0, "\(run.error)")
    #expect(run.output.contains(": note: 'text' could have"), "\(run.output)")
    #expect(run.output.contains("[string-length-narrowed, accepted: No post is longer.]"))
    #expect(run.lines == ["lexgen: only accepted changes: 1 accepted"])
    let json = try LexgenProcess(arguments + ["--format", "json"], in: folder)
    #expect(json.output.contains(#""accepted":"No post is longer.""#), "\(json.output)")
    try folder.write("diff: {accept: accepted.yaml}\n", to: "lexgen.yaml")
    #expect(try LexgenProcess("diff", "one", "three", in: folder).status == 0)
  }

  @Test("--write-accept adds entries that need a reason")
  func writeAcceptance() throws {
    let folder = try Self.project()
    let arguments = ["diff", "one", "three", "--accept", "accepted.yaml"]
    let written = try LexgenProcess(arguments + ["--write-accept"], in: folder)
    #expect(written.status == 1)
    #expect(
      written.lines.contains("lexgen: accepted.yaml: added 1 change; write their reasons"),
      "\(written.error)"
    )
    let refused = try LexgenProcess(arguments, in: folder)
    #expect(refused.status == 2 && refused.error.contains("'reason' must be a string"))
    let text = try folder.text("accepted.yaml")
    #expect(text.contains("path: \"/defs/main/record/properties/text\"\n"), "\(text)")
    try folder.write(
      text.replacing("reason: \"\"", with: "reason: \"Fine: \\\"short\\\".\""),
      to: "accepted.yaml"
    )
    #expect(try LexgenProcess(arguments, in: folder).status == 0)
    // Existing entries are kept.
    let before = try folder.text("accepted.yaml")
    let again = try LexgenProcess(arguments + ["--write-accept"], in: folder)
    #expect(again.status == 0)
    #expect(try folder.text("accepted.yaml") == before)
    #expect(try LexgenProcess("diff", "one", "three", "--write-accept", in: folder).status == 2)
  }

  @Test("--write-accept writes JSON to a file that ends in .json")
  func writeAcceptanceAsJSON() throws {
    let folder = try Self.project()
    let arguments = ["diff", "one", "three", "--accept", "accepted.json"]
    #expect(try LexgenProcess(arguments + ["--write-accept"], in: folder).status == 1)
    let text = try folder.text("accepted.json")
    #expect(
      text == """
        {
          "accepted": [
            {"rule": "string-length-narrowed", "nsid": "com.example.post", \
        "path": "/defs/main/record/properties/text", "reason": ""}
          ]
        }

        """
    )
    try folder.write(
      text.replacing(#""reason": """#, with: #""reason": "Fine.""#),
      to: "accepted.json"
    )
    let run = try LexgenProcess(arguments, in: folder)
    #expect(run.status == 0, "\(run.error)")
    // Another change is added to the entries.
    try folder.write(Documents.object("com.example.gone"), to: "one/gone.json")
    #expect(try LexgenProcess(arguments + ["--write-accept"], in: folder).status == 1)
    let more = try folder.text("accepted.json")
    #expect(more.contains(#""reason": "Fine."},"#) && more.contains("com.example.gone"), "\(more)")
  }

  @Test("an entry without a change is a warning")
  func unusedAcceptance() throws {
    let folder = try Self.project()
    try folder.write(
      Self.accepted + "  - {rule: property-removed, nsid: com.other.*, reason: x}\n",
      to: "accepted.yaml"
    )
    let arguments = ["diff", "one", "three", "--accept", "accepted.yaml"]
    let run = try LexgenProcess(arguments, in: folder)
    #expect(run.status == 0)
    #expect(
      run.findings.contains {
        $0.hasPrefix("accepted.yaml:6:5: warning: no change matches this entry; remove it")
      },
      "\(run.output)"
    )
    #expect(try LexgenProcess(arguments + ["--strict"], in: folder).status == 1)
    // With a selection, only the entries for selected documents count.
    try folder.write(
      Self.accepted + "  - {rule: property-removed, nsid: com.example.post, reason: x}\n"
        + "  - {rule: property-removed, nsid: com.example.other, reason: x}\n"
        + "  - {rule: property-renamed, nsid: com.example.*, reason: x}\n",
      to: "accepted.yaml"
    )
    for version in ["one", "three"] {
      try folder.write(Documents.object("com.example.other"), to: "\(version)/other.json")
    }
    let selected = try LexgenProcess(arguments + ["--include", "com.example.post"], in: folder)
    #expect(selected.status == 0)
    let warnings = selected.findings.filter { $0.contains("[unused-acceptance]") }
    #expect(warnings.count == 1 && warnings[0].hasPrefix("accepted.yaml:6:5:"), "\(warnings)")
  }

  @Test(
    "a file of accepted changes must be valid",
    arguments: [
      (
        "accepted:\n  - {rule: property-removed, nsid: a.b.c}\n",
        "2:5: error: an accepted change requires 'reason'"
      ),
      (
        "accepted:\n  - {rule: property-removed, nsid: a.b.c, reason: ''}\n",
        "2:51: error: 'reason' must be a string that is not empty"
      ),
      (
        "accepted:\n  - {rule: property-remove, nsid: a.b.c, reason: x}\n",
        "2:12: error: 'property-remove' is not a rule of 'lexgen diff'; did you mean "
          + "'property-removed'?"
      ),
      (
        "accepted:\n  - {rule: property-removed, nsid: x, reason: x}\n",
        "2:36: error: 'x' is not a valid NSID or a prefix such as 'com.example.*'"
      ),
      ("accept: []\n", "1:1: error: unknown key 'accept'; the only known key is 'accepted'"),
      ("[]\n", "1:1: error: a file of accepted changes must be a mapping with the key 'accepted'"),
    ]
  )
  func invalidAcceptance(_ text: String, _ error: String) throws {
    let folder = try Self.project()
    try folder.write(text, to: "accepted.yaml")
    let run = try LexgenProcess("diff", "one", "three", "--accept", "accepted.yaml", in: folder)
    #expect(run.status == 2)
    #expect(run.lines.first?.hasPrefix("accepted.yaml:\(error)") == true, "\(run.error)")
    #expect(
      try LexgenProcess("diff", "one", "three", "--accept", "absent.yaml", in: folder).status == 2
    )
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
    let first = try diff("git:HEAD:absent", "Lexicons", "--allow", "missing")
    #expect(first.status == 0 && first.output.contains("[document-added, compatible]"))
    #expect(first.lines == ["lexgen: only compatible changes: 1 compatible"])
    let unexpected = try diff("git:HEAD:absent", "Lexicons")
    #expect(unexpected.status == 3)
    let gap = "\(absent); pass --allow missing if the first documents are new"
    #expect(unexpected.lines.last == "lexgen: comparison incomplete: \(gap)")
    let misspelled = try diff("git:HEAD:Lexicon", "Lexicons", "--format", "json")
    #expect(misspelled.status == 3 && misspelled.output.contains(#""complete":false"#))
    #expect(
      misspelled.error.contains("no documents at 'Lexicon'; did you mean 'Lexicons'?"),
      "\(misspelled.error)"
    )
    let last = try diff("Lexicons", "git:HEAD:absent")
    #expect(last.status == 2 && last.lines == ["git:HEAD:absent: error: \(absent)"])
  }
}
