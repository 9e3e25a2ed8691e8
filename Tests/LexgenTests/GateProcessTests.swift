import Foundation
import TestSupport
import Testing

@Suite("lexgen check, format, and rules")
struct GateProcessTests {
  /// A record with an unlimited string, and a list that names a field twice.
  static let note =
    #"{"lexicon":1,"id":"com.example.note","defs":{"main":{"type":"record","#
    + #""description":"A note.","key":"tid","record":{"type":"object","required":["text","text"],"#
    + #""properties":{"text":{"type":"string"}}}}}}"#

  static func project(_ configuration: String = "") throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write(note, to: "in/note.json")
    if !configuration.isEmpty { try folder.write(configuration, to: "lexgen.yaml") }
    return folder
  }

  @Test(
    "the exit status follows the configured severities",
    arguments: [
      ("", [], 0), ("", ["--strict"], 1), ("strict: true\n", [], 1),
      ("rules:\n  unlimited-string: error\n", [], 1),
      (
        "rules:\n  unlimited-string: {severity: off, reason: Old.}\n"
          + "  duplicate-item: {severity: note, reason: Old.}\n", ["--strict"], 0
      ),
      (
        "rules:\n  unlimited-string: [{severity: error, nsid: com.example.other.*}]\n", [], 0
      ),
      ("rules:\n  unlimited-string: [{severity: error, nsid: com.example.*}]\n", [], 1),
      ("", ["--format", "xml"], 2), ("", ["--write-baseline"], 2),
      ("", ["--baseline", "absent.json"], 2),
    ] as [(String, [String], Int32)]
  )
  func statuses(_ configuration: String, _ arguments: [String], _ status: Int32) throws {
    let folder = try Self.project(configuration)
    let run = try LexgenProcess(["check", "in"] + arguments, in: folder)
    #expect(run.status == status, "\(run.error)")
  }

  @Test("text output shows source lines and a summary")
  func text() throws {
    let run = try LexgenProcess("check", "in", in: Self.project())
    #expect(run.status == 0)
    #expect(
      run.findings == [
        "in/note.json:1:151: warning: 'required' lists 'text' more than once [duplicate-item]",
        "      = use --fix to correct this",
        "in/note.json:1:173: warning: 'text' allows a string of any length; add 'maxLength' "
          + "[unlimited-string]",
      ]
    )
    #expect(run.lines == ["lexgen: checked 1 document: 2 warnings"])
    #expect(run.output.contains("^") && !run.output.contains("\u{1B}"))
  }

  @Test("other formats are printed to standard output", arguments: ["json", "sarif", "github"])
  func formats(_ format: String) throws {
    let run = try LexgenProcess("check", "in", "--format", format, in: Self.project())
    #expect(run.status == 0)
    #expect(run.output.contains("unlimited-string") && run.lines.count == 1)
    if format != "github" {
      _ = try JSONSerialization.jsonObject(with: Data(run.output.utf8))
      #expect(run.output.contains("/defs/main/record/properties/text"))
    } else {
      #expect(run.output.hasPrefix("::warning file=in/note.json,line=1,col="))
    }
  }

  @Test(
    "an error in the rules of lexgen.yaml is reported with its location",
    arguments: [
      (
        "rules:\n  unlimitd-string: note\n",
        "2:3: error: unknown rule 'unlimitd-string'; did you mean 'unlimited-string'?"
      ),
      (
        "rules:\n  wrong-type: note\n",
        "2:3: error: 'wrong-type' is an error in the language; it cannot be changed"
      ),
      (
        "rules:\n  unreadable-file: note\n",
        "2:3: error: 'unreadable-file' is not a rule of 'lexgen check'; it cannot be changed"
      ),
      (
        "rules:\n  closed-enum: off\n",
        "2:16: error: lowering the severity of 'closed-enum' requires a 'reason'"
      ),
      (
        "rules:\n  closed-enum: fatal\n",
        "2:16: error: 'fatal' is not one of off, note, warning, error"
      ),
      ("rules:\n  closed-enum: {reason: x}\n", "2:16: error: a rule setting requires 'severity'"),
      (
        "rules:\n  closed-enum: {severity: error, nsid: x}\n",
        "2:40: error: 'x' is not an NSID or a prefix such as 'com.example.*'"
      ),
      (
        "rules:\n  closed-enum: {severity: error, nsids: x}\n",
        "2:34: error: unknown key 'nsids'; known keys: severity, nsid, reason"
      ),
      ("strict: maybe\n", "1:9: error: expected true or false, found a string"),
    ]
  )
  func configuration(_ text: String, _ error: String) throws {
    let run = try LexgenProcess("check", "in", in: Self.project(text))
    #expect(run.status == 2)
    #expect(run.lines == ["lexgen.yaml:\(error) [configuration]"])
  }

  @Test("a baseline identifies findings by path, not by line")
  func baseline() throws {
    let folder = try Self.project("baseline: known.json\n")
    let written = try LexgenProcess("check", "in", "--write-baseline", "--strict", in: folder)
    #expect(written.status == 0, "\(written.error)")
    #expect(try folder.text("known.json").split(separator: "\n").count == 7)
    // The same findings on other lines.
    try folder.write(Self.note.replacing(",", with: ",\n"), to: "in/note.json")
    let same = try LexgenProcess("check", "in", "--strict", in: folder)
    #expect(same.status == 0)
    #expect(same.lines == ["lexgen: checked 1 document: no new problems (2 in the baseline)"])
    // One more finding of the same kind at another path, and one fewer here.
    try folder.write(
      Self.note.replacing(
        #""text":{"type":"string"}"#,
        with: #""text":{"type":"string"},"title":{"type":"string"}"#
      )
      .replacing(#","text"]"#, with: "]"),
      to: "in/note.json"
    )
    let more = try LexgenProcess("check", "in", "--strict", in: folder)
    #expect(more.status == 1)
    #expect(more.output.contains("'title' allows a string of any length"))
    #expect(!more.output.contains("'text' allows a string"))
    #expect(more.error.contains("lists 1 outdated finding;"))
    // Errors in the language are never in the baseline.
    try folder.write(Documents.broken, to: "in/broken.json")
    _ = try LexgenProcess("check", "in", "--write-baseline", in: folder)
    #expect(try LexgenProcess("check", "in", in: folder).status == 1)
    try folder.write("[]", to: "known.json")
    #expect(try LexgenProcess("check", "in", in: folder).status == 2)
  }

  @Test("a selection leaves the other documents in a baseline alone")
  func baselineOfSelection() throws {
    let folder = try Self.project("baseline: known.json\n")
    let other = Self.note.replacing("com.example.note", with: "com.example.other")
    try folder.write(other, to: "in/other.json")
    #expect(try LexgenProcess("check", "in", "--write-baseline", in: folder).status == 0)
    let before = try folder.text("known.json")
    #expect(before.contains("com.example.note") && before.contains("com.example.other"))
    let selection = ["check", "in", "--strict", "--include", "com.example.note"]
    let run = try LexgenProcess(selection, in: folder)
    #expect(run.status == 0)
    #expect(run.lines == ["lexgen: checked 1 document: no new problems (2 in the baseline)"])
    #expect(try LexgenProcess(selection + ["--write-baseline"], in: folder).status == 0)
    #expect(try folder.text("known.json") == before)
    // An entry that the selection covers is outdated once its finding is gone.
    let fixed = Self.note.replacing(#"["text","text"]"#, with: #"["text"]"#)
    try folder.write(fixed, to: "in/note.json")
    let outdated = try LexgenProcess(selection, in: folder)
    #expect(outdated.error.contains("lists 1 outdated finding;"), "\(outdated.error)")
    #expect(try LexgenProcess(selection + ["--write-baseline"], in: folder).status == 0)
    #expect(try LexgenProcess("check", "in", "--strict", in: folder).lines.count == 1)
    // So is an entry of a document that no longer exists.
    try folder.remove("in/other.json")
    let removed = try LexgenProcess("check", "in", in: folder)
    #expect(removed.error.contains("lists 2 outdated findings;"), "\(removed.error)")
  }

  @Test("--fix corrects findings with a single safe correction and nothing else")
  func fix() throws {
    let folder = try Self.project()
    let run = try LexgenProcess("check", "in", "--fix", in: folder)
    #expect(run.status == 0, "\(run.error)")
    let expected = Self.note.replacing(#"["text","text"]"#, with: #"["text"]"#)
    #expect(try folder.text("in/note.json") == expected)
    #expect(run.lines.first == "lexgen: in/note.json: fixed 1 finding")
    #expect(run.lines.last == "lexgen: checked 1 document: 1 warning")
    let again = try LexgenProcess("check", "in", "--fix", in: folder)
    #expect(again.status == 0 && again.lines.first?.contains("fixed") == false)
  }

  @Test("--fix does not change anything if a rule is off or the command line is invalid")
  func fixNothing() throws {
    let folder = try Self.project()
    for (arguments, status) in [
      (["--rule", "duplicate-item=off"], 0), (["--write-baseline"], 2),
      (["--manifest", "lexicons.json"], 2),
    ] as [([String], Int32)] {
      let run = try LexgenProcess(["check", "in", "--fix"] + arguments, in: folder)
      #expect(run.status == status, "\(run.error)")
      #expect(try folder.text("in/note.json") == Self.note, "\(arguments)")
    }
  }

  @Test("corrections of one run are consistent")
  func fixTogether() throws {
    let folder = try TemporaryFolder()
    try folder.write(
      ##"{"lexicon":1,"id":"COM.Example.mood","defs":{"main":{"type":"record","key":"tid","##
        + ##""description":"A mood.","record":{"type":"object","properties":{"mood":{"##
        + ##""type":"string","maxLength":64,"knownValues":["#calm"]}}}},"##
        + ##""calm":{"type":"token","description":"At ease."}}}"##,
      to: "in/mood.json"
    )
    _ = try LexgenProcess("check", "in", "--fix", in: folder)
    let text = try String(contentsOfFile: folder.path + "/in/mood.json", encoding: .utf8)
    #expect(text.contains(#""id":"com.example.mood""#), "\(text)")
    #expect(text.contains(##"["com.example.mood#calm"]"##), "\(text)")
    #expect(try LexgenProcess("check", "in", "--strict", in: folder).status == 0)
  }

  @Test("check fails without a document", arguments: [nil, #"{"id":"com.example.x"}"#])
  func nothing(_ text: String?) throws {
    let folder = try TemporaryFolder()
    try folder.write("no lexicon", to: "in/README.txt")
    if let text { try folder.write(text, to: "in/x.json") }
    let run = try LexgenProcess("check", "in", in: folder)
    #expect(run.status == 1)
    #expect(run.lines.last?.contains("no Lexicon document found") == true, "\(run.error)")
  }

  @Test(
    "a named file that is not a document is an error",
    arguments: [
      (
        #"{"name":"x"}"#,
        "in/x.json:1:1: error: not a Lexicon document: the field 'lexicon' is missing [not-a-lexicon]"
      ),
      (
        #"{"id":"com.example.x","defs":{}}"#,
        "in/x.json:1:1: error: 'com.example.x' is skipped: it has 'id' and 'defs', but no "
          + "\"lexicon\": 1 [missing-version]"
      ),
    ]
  )
  func named(_ text: String, _ line: String) throws {
    let folder = try Self.project()
    try folder.write(text, to: "in/x.json")
    let run = try LexgenProcess("check", "in/note.json", "in/x.json", in: folder)
    #expect(run.status == 1 && run.findings.contains(line), "\(run.output)")
    // In a directory it may be something else, but a warning is printed if it looks like a
    // document.
    let found = try LexgenProcess("check", "in", in: folder)
    #expect(found.status == 0)
    let isReported = found.output.contains("in/x.json:1:1: warning: 'com.example.x' is skipped")
    #expect(isReported == text.contains("defs"), "\(found.output)")
    #expect(found.lines.last?.hasSuffix("skipped 1 other file") == true)
    let strict = try LexgenProcess("check", "in", "--strict", "--format", "json", in: folder)
    #expect(strict.output.contains("missing-version") == isReported)
  }

  @Test("errors and advice are reported together, without advice on unreadable parts")
  func advisedWithErrors() throws {
    let folder = try TemporaryFolder()
    try folder.write(
      """
      {"lexicon":1,"id":"com.example.note","defs":{"main":{"type":"record","key":"tid",
      "description":"A note.","record":{"type":"object","required":["nothing"],"properties":{
      "text":{"type":"string"},
      "title":{"type":"string","maxLength":"ten"},
      "by":{"type":"string","format":"did","maxLength":9000}}}}}}
      """,
      to: "in/note.json"
    )
    try folder.write(
      #"{"lexicon":1,"id":"com.example.other","defs":{"main":{"type":"object","description":"O.","#
        + #""properties":{"note":{"type":"ref","ref":"com.example.note"},"s":{"type":"string"}}}}}"#,
      to: "in/other.json"
    )
    let run = try LexgenProcess("check", "in", "--fix", in: folder)
    #expect(run.status == 1)
    let rules = run.findings.compactMap { $0.split(separator: "[").last?.dropLast() }.map(
      String.init
    )
    #expect(rules.count { $0 == "unlimited-string" } == 1, "\(run.output)")
    #expect(run.output.contains("'text' allows a string of any length"))
    #expect(rules.contains("wrong-type") && rules.contains("unknown-required"))
    // Findings with a safe fix are fixed even if others have none.
    #expect(try folder.text("in/note.json").contains(#""by":{"type":"string","format":"did"}"#))
  }

  @Test("--fix does not replace a symbolic link or change YAML")
  func fixNot() throws {
    let folder = try Self.project()
    try folder.folder("linked")
    try folder.link("linked/note.json", to: "../in/note.json")
    let link = try LexgenProcess("check", "linked", "--fix", in: folder)
    #expect(link.status == 2)
    #expect(
      link.lines == ["linked/note.json: error: cannot write: symbolic link; name the file itself"]
    )
    #expect(try folder.text("in/note.json") == Self.note)
    let yaml =
      "lexicon: 1\nid: com.example.a\ndefs:\n  o: {type: object, required: [a, a], properties: "
      + "{a: {type: boolean}}}\n"
    try folder.write(yaml, to: "yaml/a.yaml")
    let run = try LexgenProcess("check", "yaml", "--fix", in: folder)
    #expect(run.status == 0 && run.output.contains("[duplicate-item]"))
    #expect(
      run.lines.first == "lexgen: yaml/a.yaml: 1 finding to fix by hand; --fix changes only JSON"
    )
    #expect(try folder.text("yaml/a.yaml") == yaml)
  }

  @Test("format changes only unformatted JSON documents")
  func format() throws {
    let folder = try Self.project()
    try folder.write("lexicon: 1\n", to: "in/a.yaml")
    try folder.write("{}", to: "in/package.json")
    let check = try LexgenProcess("format", "--check", "in", in: folder)
    #expect(check.status == 1 && check.output == "in/note.json\n")
    #expect(
      check.lines == [
        "lexgen: 1 file would change; skipped 1 YAML file"
      ]
    )
    #expect(try folder.text("in/note.json") == Self.note)
    let run = try LexgenProcess("format", "in", in: folder)
    #expect(run.status == 0 && run.output == "in/note.json\n")
    #expect(try folder.text("in/note.json").hasPrefix("{\n  \"lexicon\": 1,\n"))
    #expect(try folder.text("in/package.json") == "{}")
    let again = try LexgenProcess("format", "--check", "in", in: folder)
    #expect(again.status == 0 && again.output.isEmpty)
    try folder.write("{\"lexicon\":1,}", to: "in/bad.json")
    let bad = try LexgenProcess("format", "in", in: folder)
    #expect(bad.status == 1 && bad.error.contains("[json-syntax]"))
    #expect(try folder.text("in/bad.json") == "{\"lexicon\":1,}")
    #expect(try LexgenProcess("format", in: folder).status == 2)
  }

  @Test(
    "rules lists the ids for files, modules, and versions",
    arguments: [
      ("authority-elsewhere", "files"), ("configuration", "files"), ("folder-too-deep", "files"),
      ("invalid-bundle", "files"), ("module-case-conflict", "files"), ("module-cycle", "files"),
      ("no-such-input", "files"),
      ("too-many-files", "files"), ("too-much-input", "files"), ("unknown-file-type", "files"),
      ("unreadable-file", "files"), ("swift-source-breaking", "diff"),
      ("swift-source-compatible", "diff"), ("old-version-has-errors", "diff"),
      ("unused-acceptance", "files"),
    ]
  )
  func ruleOfFiles(_ id: String, _ section: String) throws {
    let run = try LexgenProcess("rules", id, "--format", "json", in: TemporaryFolder())
    let rules = try #require(
      try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [[String: Any]]
    )
    #expect(rules.map { $0["section"] as? String } == [section])
  }

  @Test("rules lists all rules and explains each")
  func rules() throws {
    let folder = try TemporaryFolder()
    let list = try LexgenProcess("rules", in: folder)
    #expect(list.status == 0 && list.output.contains("unlimited-string "))
    let one = try LexgenProcess("rules", "unlimited-string", in: folder)
    #expect(one.status == 0)
    for part in ["From: Lexicon style guide", "Bad:", "Good:", "\"maxLength\": 3000"] {
      #expect(one.output.contains(part), "\(part)")
    }
    let json = try LexgenProcess("rules", "--format", "json", in: folder)
    let rules = try #require(
      try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [[String: Any]]
    )
    #expect(rules.count == list.output.split(separator: "\n").count { $0.hasPrefix("  ") })
    let ids = rules.compactMap { $0["id"] as? String }
    #expect(Set(ids).count == ids.count && ids.count == rules.count)
    let change = try LexgenProcess("rules", "enum-value-added", "--of", "diff", in: folder)
    #expect(change.status == 0 && change.output.contains("Responses: breaking"))
    #expect(change.output.contains("Before:\n\n") && change.output.contains("After:\n\n"))
    let unknown = try LexgenProcess("rules", "unlimited-strin", in: folder)
    #expect(unknown.status == 2 && unknown.error.contains("did you mean 'unlimited-string'?"))
  }
}
