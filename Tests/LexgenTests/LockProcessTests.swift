import ATProtoData
import Foundation
import Lexicon
import TestSupport
import Testing

@Suite("lexgen with a manifest of installed documents")
struct LockProcessTests {
  private static let did = "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa"

  private static func record(_ nsid: String, _ reference: String?) -> DataValue {
    var properties: DataObject = [:]
    if let reference { properties["next"] = ["type": "ref", "ref": .string(reference)] }
    return [
      "$type": .string(LexiconFile.recordType), "lexicon": 1, "id": .string(nsid),
      "defs": [
        "main": [
          "type": "object", "description": "An example.", "properties": .object(properties),
        ]
      ],
    ]
  }

  private static func path(_ nsid: String) -> String {
    "lexicons/\(nsid.replacing(".", with: "/")).json"
  }

  private static func manifest(_ lexicons: [String], _ resolutions: [String: DataValue]) -> String {
    var entries: DataObject = [:]
    for (nsid, record) in resolutions {
      entries[nsid] = [
        "uri": .string("at://\(did)/com.atproto.lexicon.schema/\(nsid)"),
        "cid": .string(LexiconFile.cid(of: record).string),
      ]
    }
    let manifest: DataValue = [
      "version": 1, "lexicons": .array(lexicons.map { .string($0) }),
      "resolutions": .object(entries),
    ]
    return String(decoding: LexiconFile.formatted(manifest), as: UTF8.self)
  }

  /// `com.example.note.a`, which refers to `com.example.note.b`, both installed; the name of the
  /// directory and of the manifest are those of `lex install`.
  private static func project(_ configuration: String? = nil) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    let a = record("com.example.note.a", "com.example.note.b")
    let b = record("com.example.note.b", nil)
    try folder.write(LexiconFile.formatted(a), to: path("com.example.note.a"))
    try folder.write(LexiconFile.formatted(b), to: path("com.example.note.b"))
    try folder.write(
      manifest(
        ["com.example.note.a"],
        ["com.example.note.a": a, "com.example.note.b": b]
      ),
      to: "lexicons.json"
    )
    if let configuration { try folder.write(configuration, to: "lexgen.yaml") }
    return folder
  }

  private static func replace(
    _ part: String,
    _ replacement: String,
    in name: String,
    _ folder: TemporaryFolder
  ) throws {
    let text = try folder.text(name)
    #expect(text.contains(part))
    try folder.write(text.replacing(part, with: replacement), to: name)
  }

  @Test(
    "check --locked passes if the documents are the versions in the manifest",
    arguments: [
      (nil, ["--locked"]), (nil, ["lexicons", "--locked"]), ("inputs: lexicons\n", ["--locked"]),
      ("locked: true\n", []), ("inputs: .\nlocked: true\n", []),
      (nil, ["lexicons", "--locked", "--manifest", "lexicons.json", "--strict"]),
    ] as [(String?, [String])]
  )
  func passes(_ configuration: String?, _ arguments: [String]) throws {
    let folder = try Self.project(configuration)
    let run = try LexgenProcess(["check"] + arguments, in: folder)
    #expect(run.status == 0, "\(run.error)")
    #expect(run.lines.count == 1)
    #expect(run.lines.first?.hasPrefix("lexgen: checked 2 documents: no problems") == true)
  }

  /// A change of a project, and the findings that it causes.
  struct Change: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var findings: [String]
    var apply: @Sendable (TemporaryFolder) throws -> Void

    init(
      _ name: String,
      _ findings: String...,
      apply: @escaping @Sendable (TemporaryFolder) throws -> Void
    ) {
      testDescription = name
      self.findings = findings
      self.apply = apply
    }
  }

  static let changes = [
    Change(
      "an absent file",
      "lexicons.json:11:5: error: 'com.example.note.b' is not installed: "
        + "'lexicons/com/example/note/b.json' does not exist; run 'atproto lexicon install' "
        + "[lock-missing]"
    ) { folder in try folder.remove(path("com.example.note.b")) },
    Change(
      "an edited file",
      "lexicons/com/example/note/b.json:1:1: error: the file is not the version of "
        + "'com.example.note.b' that the manifest lists; restore it with 'atproto lexicon install "
        + "--force', or run 'atproto lexicon update' to install the current version "
        + "[lock-modified]",
      "lexicons.json:11:5: note: its CID is listed here"
    ) { folder in try replace("example.\"", "Example.\"", in: path("com.example.note.b"), folder) },
    Change(
      "a file without $type",
      "lexicons/com/example/note/a.json:1:1: error: the file lacks '$type', so that it does not have "
        + "the CID of 'com.example.note.a'; add \"$type\": \"com.atproto.lexicon.schema\" "
        + "[lock-stripped]",
      "lexicons.json:7:5: note: its CID is listed here"
    ) { folder in
      try replace(
        "  \"$type\": \"com.atproto.lexicon.schema\",\n",
        "",
        in: path("com.example.note.a"),
        folder
      )
    },
    Change(
      "a reference without a resolution",
      "lexicons/com/example/note/a.json:8:18: error: 'com.example.note.b' is required, but the "
        + "manifest does not list its version under 'resolutions'; run 'atproto lexicon install' "
        + "[lock-unlisted]"
    ) { folder in
      let a = record("com.example.note.a", "com.example.note.b")
      try folder.write(
        manifest(["com.example.note.a"], ["com.example.note.a": a]),
        to: "lexicons.json"
      )
    },
    Change(
      "a resolution that nothing refers to",
      "lexicons.json:7:5: error: 'com.example.note.a' is listed, but no document of 'lexicons' "
        + "refers to it; run 'atproto lexicon install' to remove it from the manifest "
        + "[lock-superfluous]"
    ) { folder in
      try replace(
        "[\n    \"com.example.note.a\"",
        "[\n    \"com.example.note.b\"",
        in: "lexicons.json",
        folder
      )
    },
    Change(
      "a manifest of another version",
      "lexicons.json:2:14: error: not a valid manifest: 'version' must be 1, the only version that is "
        + "supported [lock-invalid]"
    ) { folder in
      try folder.write(
        "{\n  \"version\": 2, \"lexicons\": [], \"resolutions\": {}\n}\n",
        to: "lexicons.json"
      )
    },
    Change(
      "a manifest that is not JSON",
      "lexicons.json:1:1: error: not a valid manifest: expected a value, found 'l' [lock-invalid]"
    ) { folder in try folder.write("lexicons", to: "lexicons.json") },
    Change(
      "no manifest",
      "lexicons.json:1:1: error: cannot read the manifest: cannot read: No such file or directory "
        + "[lock-invalid]"
    ) { folder in try folder.remove("lexicons.json") },
  ]

  @Test("check --locked reports a difference at its place", arguments: changes)
  func findings(_ change: Change) throws {
    let folder = try Self.project()
    try change.apply(folder)
    let run = try LexgenProcess("check", "lexicons", "--locked", in: folder)
    #expect(run.status == 1)
    let lines = run.findings.filter { $0.contains("[lock-") || $0.contains(": note: its CID") }
    #expect(lines == change.findings, "\(run.output)")
  }

  @Test("generate fails with 'locked: true' before it writes anything", arguments: changes)
  func generate(_ change: Change) throws {
    let folder = try Self.project("inputs: lexicons\noutput: out\nlocked: true\n")
    let cache = ["generate", "--cache", "cache"]
    #expect(try LexgenProcess(cache, in: folder).status == 0)
    #expect(try LexgenProcess("generate", in: folder).status == 0)
    try folder.write("changed", to: "out/marker")
    let before = try folder.texts(below: "out")
    try change.apply(folder)
    for arguments in [["generate"], ["generate", "--keep-going"], cache] {
      let run = try LexgenProcess(arguments, in: folder)
      #expect(run.status == 1)
      #expect(run.lines.first == change.findings.first, "\(run.error)")
    }
    #expect(try folder.texts(below: "out") == before)
  }

  @Test("findings are printed in every format", arguments: ["json", "sarif", "github"])
  func formats(_ format: String) throws {
    let folder = try Self.project()
    try Self.replace("example.\"", "Example.\"", in: Self.path("com.example.note.b"), folder)
    let run = try LexgenProcess("check", "--locked", "--format", format, in: folder)
    #expect(run.status == 1)
    switch format {
    case "github":
      #expect(
        run.output.hasPrefix(
          "::error file=lexicons/com/example/note/b.json,line=1,col=1,endLine=1,endColumn=2,"
            + "title=lock-modified::"
        )
      )
    case "json":
      let report = try DataValue(json: run.output)
      let finding = report["findings"]?[0]
      #expect(finding?["rule"] == "lock-modified" && finding?["nsid"] == "com.example.note.b")
      #expect(report["summary"]?["errors"] == 1)
    default:
      let run = try DataValue(json: run.output)["runs"]?[0]
      #expect(run?["results"]?[0]?["ruleId"] == "lock-modified")
      let rules = run?["tool"]?["driver"]?["rules"]?.array?.compactMap { $0["id"]?.string } ?? []
      let index = try #require(run?["results"]?[0]?["ruleIndex"]?.integer)
      #expect(rules.indices.contains(index) && rules[index] == "lock-modified")
    }
  }

  @Test(
    "rules explains each rule of the lock",
    arguments: [
      "lock-invalid", "lock-missing", "lock-modified", "lock-stripped", "lock-superfluous",
      "lock-unlisted",
    ]
  )
  func rules(_ id: String) throws {
    let run = try LexgenProcess("rules", id, "--format", "json", in: TemporaryFolder())
    let rule = try DataValue(json: run.output)[0]
    #expect(rule?["section"] == "lock" && rule?["severity"] == "error")
    #expect(rule?["summary"]?.string?.isEmpty == false)
    #expect(rule?["reason"]?.string?.isEmpty == false)
    let listed = try LexgenProcess("rules", "--of", "lock", in: TemporaryFolder())
    #expect(listed.output.contains(id))
    let folder = try Self.project("rules:\n  \(id): {severity: off, reason: No.}\n")
    let refused = try LexgenProcess("check", in: folder)
    #expect(refused.status == 2)
    #expect(refused.error.contains("'\(id)' is always an error; it cannot be changed"))
  }

  @Test("a baseline does not contain differences from the manifest")
  func baseline() throws {
    let folder = try Self.project()
    try Self.replace("example.\"", "Example.\"", in: Self.path("com.example.note.b"), folder)
    let arguments = ["check", "--locked", "--baseline", "known.json"]
    #expect(try LexgenProcess(arguments + ["--write-baseline"], in: folder).status == 1)
    #expect(try !folder.text("known.json").contains("lock"))
    #expect(try LexgenProcess(arguments, in: folder).status == 1)
  }

  @Test("a manifest elsewhere has its documents beside it or below the inputs")
  func elsewhere() throws {
    let folder = try Self.project()
    let other = try TemporaryFolder()
    for name in try folder.names() { try other.write(folder.text(name), to: "vendor/\(name)") }
    let manifest = ["--locked", "--manifest", "vendor/lexicons.json"]
    for inputs in [[], ["vendor"], ["vendor/lexicons"]] {
      let run = try LexgenProcess(["check"] + inputs + manifest, in: other)
      #expect(run.status == 0, "\(inputs): \(run.error)")
    }
    try other.write(folder.text("lexicons.json"), to: "lock.json")
    let renamed = ["check", "vendor/lexicons", "--locked", "--manifest", "lock.json"]
    #expect(try LexgenProcess(renamed, in: other).status == 0)
    let absent = ["check", "vendor", "--locked"]
    #expect(try LexgenProcess(absent, in: other).output.contains("[lock-invalid]"))
    #expect(try LexgenProcess("check", "vendor", "--manifest", "x", in: other).status == 2)
  }

  @Test("unknown fields of a manifest are a warning on standard error")
  func unknownFields() throws {
    let folder = try Self.project()
    try Self.replace("\"version\": 1", "\"version\": 1, \"by\": {}", in: "lexicons.json", folder)
    let run = try LexgenProcess("check", "--locked", "--format", "json", in: folder)
    #expect(run.status == 0 && run.output.contains("\"findings\":[]"))
    #expect(run.lines.first == "lexicons.json: warning: unknown field 'by' in the manifest")
  }

  @Test("a manifest is not read as a document, even if it is malformed", arguments: ["{", "{}"])
  func notADocument(_ text: String) throws {
    let folder = try Self.project()
    try folder.write(text, to: "lexicons.json")
    let run = try LexgenProcess("check", ".", in: folder)
    #expect(run.lines == ["lexgen: checked 2 documents: no problems"], "\(run.error)")
    // Unlike a document of that name.
    let document = "{\"lexicon\":1,\"id\":\"com.example.lexicons\",\"defs\":{}}"
    try folder.write(document, to: "lexicons/com/example/lexicons.json")
    let other = try LexgenProcess("check", ".", in: folder)
    #expect(other.status == 1 && other.output.contains("lexicons/com/example/lexicons.json:1:"))
  }

  @Test("without lexgen.yaml, commands read the directory beside the manifest")
  func defaultInput() throws {
    let folder = try Self.project()
    let run = try LexgenProcess("generate", "--output", "out", in: folder)
    #expect(run.status == 0, "\(run.error)")
    #expect(try !folder.names(below: "out").isEmpty)
    let graph = try LexgenProcess("graph", "--format", "mermaid", in: folder)
    #expect(graph.output.contains("com.example.note.b"))
    try folder.remove("lexicons.json")
    #expect(try LexgenProcess("generate", "--output", "out", in: folder).status == 2)
  }

  @Test("--fix does not change installed documents")
  func fix() throws {
    let folder = try TemporaryFolder()
    var records: [String: DataValue] = [:]
    for name in ["com.example.note.mine", "com.example.note.theirs"] {
      var record = Self.record(name, nil)
      record["defs"]?["main"]?["properties"] = ["next": ["type": "boolean"]]
      record["defs"]?["main"]?["required"] = ["next", "next"]
      records[name] = record
      try folder.write(LexiconFile.formatted(record), to: Self.path(name))
    }
    records["com.example.note.mine"] = nil
    try folder.write(Self.manifest(Array(records.keys), records), to: "lexicons.json")
    let run = try LexgenProcess("check", "--fix", "--locked", in: folder)
    #expect(run.status == 0, "\(run.error)")
    #expect(run.lines.first == "lexgen: lexicons/com/example/note/mine.json: fixed 1 finding")
    #expect(run.output.contains("theirs.json:") && !run.output.contains("use --fix"))
  }

  @Test("format skips installed documents")
  func format() throws {
    let folder = try Self.project()
    let before = try folder.texts(below: "lexicons")
    let mine = "{\"lexicon\":1,\"id\":\"com.example.note.mine\",\"defs\":{}}"
    try folder.write(mine, to: Self.path("com.example.note.mine"))
    let run = try LexgenProcess("format", in: folder)
    #expect(run.output == "lexicons/com/example/note/mine.json\n")
    #expect(run.lines == ["lexgen: 1 file changed; skipped 2 installed documents"])
    try folder.remove(Self.path("com.example.note.mine"))
    #expect(try folder.texts(below: "lexicons") == before)
  }

  @Test("init beside a manifest uses its directory and verifies it in CI")
  func begin() throws {
    let folder = try Self.project()
    let made = try LexgenProcess("init", "--group", "org.example.notes", in: folder)
    #expect(made.status == 0, "\(made.error)")
    #expect(made.output.contains("lexicons/org/example/notes/note.json\n"))
    #expect(
      try folder.text("lexgen.yaml")
        == """
        # The documents that lexgen reads, and the directory that `lexgen generate` writes to.
        inputs: lexicons
        output: Sources/Lexicons
        # Installed documents must be the versions in lexicons.json.
        locked: true

        """
    )
    let check = try LexgenProcess("check", "--locked", in: folder)
    #expect(check.status == 0 && check.lines == ["lexgen: checked 7 documents: no problems"])
    #expect(try LexgenProcess("format", "--check", in: folder).status == 0)
    #expect(try LexgenProcess("generate", in: folder).status == 0)
    let workflow = try folder.text(".github/workflows/lexicons.yml")
    let commands = workflow.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
      .filter { $0.contains("lexgen ") || $0.contains("atproto ") || $0.hasPrefix("swift build") }
    #expect(
      commands == [
        "# Set the repository variable LEXGEN_REPOSITORY to the URL to clone lexgen from.",
        "- name: Build lexgen and atproto",
        "swift build --package-path \"$RUNNER_TEMP/lexgen\" -c release --product lexgen",
        "swift build --package-path \"$RUNNER_TEMP/lexgen\" -c release --product atproto",
        "run: atproto lexicon verify",
        "run: lexgen check --locked --format github",
        "run: lexgen format --check",
        "run: lexgen diff \"git:origin/$BASE:lexicons\" lexicons --allow missing --format github",
      ]
    )
  }

  @Test("the CI workflow of init installs the libraries that this package requires")
  func libraries() throws {
    let folder = try Self.project()
    _ = try LexgenProcess("init", in: folder)
    let workflow = try folder.text(".github/workflows/lexicons.yml")
    let setup = URL(filePath: #filePath).resolvingSymlinksInPath()
      .deletingLastPathComponent().appending(path: "../../.ci/setup")
    let line = try String(contentsOf: setup, encoding: .utf8).split(separator: "\n")
      .first { $0.hasPrefix("packages=(") }
    let packages = try #require(line).dropFirst("packages=(".count).dropLast().split(separator: " ")
    #expect(packages.count > 5)
    let install = try #require(
      workflow.split(separator: "\n").first { $0.contains("apt-get install") }
    )
    let installed = Set(install.split(separator: " "))
    #expect(packages.allSatisfy(installed.contains), "\(install)")
  }

  @Test("the CI workflow of init is valid YAML", arguments: [true, false])
  func workflow(_ hasManifest: Bool) throws {
    let folder = hasManifest ? try Self.project() : try TemporaryFolder()
    _ = try LexgenProcess("init", in: folder)
    let path = ".github/workflows/lexicons.yml"
    let file = SourceFile(path: path, bytes: Array(try folder.text(path).utf8))
    let tree = LocatedTree.read(file, as: .yaml)
    #expect(tree.diagnostics.isEmpty)
    guard case .array(let steps)? = tree.root?["jobs"]?["lexicons"]?["steps"]?.kind else {
      Issue.record("the workflow has no steps")
      return
    }
    #expect(steps.count == (hasManifest ? 6 : 5))
    #expect(steps.allSatisfy { $0["run"] != nil || $0["uses"] != nil })
  }
}
