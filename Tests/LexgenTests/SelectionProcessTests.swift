import Foundation
import TestSupport
import Testing

/// What a selection leaves out neither appears nor changes the exit status.
@Suite("lexgen: selections")
struct SelectionProcessTests {
  /// `a.ok` refers to `a.used`; `b.broken`, `b.user` (which refers to it), and `org/other/bad.json`
  /// have errors, the last of which cannot be parsed.
  static func project(_ configuration: String = "") throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write(Documents.object("com.example.a.ok", "com.example.a.used"), to: "in/ok.json")
    try folder.write(Documents.object("com.example.a.used"), to: "in/used.json")
    try folder.write(
      Documents.object("com.example.b.broken", "com.example.a.nothing"),
      to: "in/broken.json"
    )
    try folder.write(
      Documents.object("com.example.b.user", "com.example.b.broken"),
      to: "in/user.json"
    )
    try folder.write("{", to: "in/org/other/bad.json")
    if !configuration.isEmpty { try folder.write(configuration, to: "lexgen.yaml") }
    return folder
  }

  /// Commands that select documents; the arguments of the selection follow.
  static let commands: [[String]] = [
    ["check", "in"], ["generate", "in", "-o", "out"], ["dump-ir", "in"],
    ["why", "com.example.a.used", "in"], ["docs", "in", "-o", "site"],
    ["export", "in", "--format", "json-schema"], ["export", "in", "--format", "openapi"],
    ["diff", "in", "in"],
  ]

  @Test("errors of documents outside the selection do not count", arguments: commands)
  func others(_ command: [String]) throws {
    let folder = try Self.project()
    let run = try LexgenProcess(command + ["--include", "com.example.a.*"], in: folder)
    #expect(run.status == 0, "\(run.error) \(run.output)")
    #expect(!run.error.contains("broken.json") && !run.error.contains("bad.json"), "\(run.error)")
    #expect(!run.output.contains("broken.json") && !run.output.contains("bad.json"))
  }

  @Test(
    "errors of documents that the selection reaches count",
    arguments: commands.filter { $0[0] != "diff" && $0[0] != "why" }
  )
  func reached(_ command: [String]) throws {
    let folder = try Self.project()
    let run = try LexgenProcess(command + ["--include", "com.example.b.user"], in: folder)
    #expect(run.status == 1)
    let text = run.output + run.error
    #expect(text.contains("in/broken.json:1:"), "\(text)")
    #expect(!text.contains("bad.json"), "\(text)")
  }

  @Test("without a selection, all errors count", arguments: commands.filter { $0[0] != "diff" })
  func all(_ command: [String]) throws {
    let run = try LexgenProcess(command, in: Self.project())
    #expect(run.status == 1)
    let text = run.output + run.error
    #expect(text.contains("in/broken.json:1:") && text.contains("bad.json:1:"), "\(text)")
  }

  @Test(
    "a subject with errors elsewhere can be used",
    arguments: [
      ["sample", "com.example.a.ok", "--lexicons", "in"],
      ["graph", "com.example.a.ok", "in"],
      ["validate", "com.example.a.ok", "value.json", "--lexicons", "in"],
    ]
  )
  func subjects(_ command: [String]) throws {
    let folder = try Self.project()
    try folder.write("{}", to: "value.json")
    let run = try LexgenProcess(command, in: folder)
    #expect(run.status == 0, "\(run.error)")
    #expect(!run.error.contains("json:"), "\(run.error)")
  }

  @Test(
    "a subject that cannot be used says why",
    arguments: [
      ("com.example.b.broken", 1, "'com.example.b.broken' has 1 error:", "in/broken.json:1:"),
      (
        "com.example.b.user", 1,
        "'com.example.b.user' refers to 'com.example.b.broken', which has errors:",
        "in/broken.json:1:"
      ),
      (
        "org.other.bad", 1, "'org.other.bad' is in 'in/org/other/bad.json', which cannot be read:",
        "in/org/other/bad.json:1:"
      ),
      ("com.example.a.oj", 2, "'com.example.a.oj' not found; did you mean 'com.example.a.ok'?", ""),
      ("net.nothing.x", 2, "'net.nothing.x' not found", ""),
    ] as [(String, Int32, String, String)]
  )
  func unusable(_ nsid: String, _ status: Int32, _ first: String, _ second: String) throws {
    let folder = try Self.project()
    try folder.write("{}", to: "value.json")
    for command in [
      ["sample", nsid, "--lexicons", "in"], ["graph", nsid, "in"],
      ["validate", nsid, "value.json", "--lexicons", "in"],
    ] {
      let run = try LexgenProcess(command, in: folder)
      #expect(run.status == status, "\(command) \(run.error)")
      #expect(run.lines.first == "Error: \(first)", "\(run.error)")
      if !second.isEmpty {
        #expect(run.lines.dropFirst().first?.hasPrefix(second) == true, "\(run.error)")
      }
      #expect(run.output.isEmpty)
    }
  }

  @Test("a broken document can be left out")
  func leftOut() throws {
    let folder = try Self.project()
    let exclude = ["--exclude", "com.example.b.*", "--exclude", "org.other.bad"]
    let run = try LexgenProcess(["check", "in"] + exclude, in: folder)
    #expect(run.status == 0, "\(run.output)")
    #expect(
      run.lines.last == "lexgen: 3 other documents have errors; they are not part of the selection",
      "\(run.error)"
    )
    let single = try LexgenProcess("check", "in", "--exclude", "com.example.b.*", in: folder)
    #expect(single.status == 1 && single.output.contains("bad.json"))
    // A document that is still needed counts.
    let needed = try LexgenProcess(
      ["check", "in", "--exclude", "com.example.b.broken", "--exclude", "org.other.bad"],
      in: folder
    )
    #expect(needed.status == 1 && needed.output.contains("in/broken.json:1:"))
  }

  @Test("a file without a readable NSID counts if its path spells a selected name")
  func unreadable() throws {
    let folder = try Self.project()
    for (pattern, status) in [
      ("org.other.bad", 1), ("org.other.*", 1), ("com.example.a.ok", 0),
    ] as [(String, Int32)] {
      let run = try LexgenProcess("check", "in", "--include", pattern, in: folder)
      #expect(run.status == status, "\(pattern): \(run.error)")
      #expect(run.output.contains("bad.json") == (status == 1))
    }
    // Or if it is named itself.
    let named = try LexgenProcess(
      ["check", "in", "in/org/other/bad.json", "--include", "com.example.a.ok"],
      in: folder
    )
    #expect(named.status == 1)
  }

  @Test(
    "a directory that cannot be read entirely counts regardless of the selection",
    arguments: [
      ["check", "in", "--include", "com.example.a.ok"],
      ["sample", "com.example.a.ok", "--lexicons", "in"],
      ["validate", "com.example.a.ok", "value.json", "--lexicons", "in"],
    ]
  )
  func incompleteDirectory(_ command: [String]) throws {
    let folder = try Self.project()
    try folder.write("{}", to: "value.json")
    let deep = Array(repeating: "d", count: 70).joined(separator: "/")
    try folder.write(Documents.object("com.example.deep"), to: "in/\(deep)/deep.json")
    let run = try LexgenProcess(command, in: folder)
    #expect(run.status == 1, "\(run.error)")
    #expect((run.output + run.error).contains("[folder-too-deep]"), "\(run.error)")
  }

  @Test(
    "a selection of nothing is an error",
    arguments: [
      (
        ["--include", "com.example.a.og"],
        "'com.example.a.og' does not match any document; did you mean 'com.example.a.ok'?"
      ),
      (["--include", "net.nothing.*"], "'net.nothing.*' does not match any document"),
      (["--exclude", "net.nothing.x"], "'net.nothing.x' does not match any document"),
      (
        ["--include", "com.example.a.ok", "--exclude", "com.example.a.ok"],
        "the selection contains no documents"
      ),
    ]
  )
  func nothing(_ arguments: [String], _ error: String) throws {
    for command in [["check", "in"], ["generate", "in", "-o", "out"], ["diff", "in", "in"]] {
      let run = try LexgenProcess(command + arguments, in: Self.project())
      #expect(run.status == 2)
      #expect(run.lines == ["Error: \(error)"], "\(command)")
    }
  }

  @Test("a subset ignores errors outside its own selection and that of the whole")
  func subsets() throws {
    let configuration = """
      inputs: in
      output: out
      include: com.example.a.*
      subsets:
        - {module: Client, output: client, include: NSID}

      """
    for (nsid, status) in [("com.example.a.used", 0), ("com.example.b.user", 1)]
      as [(String, Int32)]
    {
      let folder = try Self.project(configuration.replacing("NSID", with: nsid))
      let run = try LexgenProcess("generate", in: folder)
      #expect(run.status == status, "\(nsid): \(run.error)")
      #expect(run.error.contains("in/broken.json:1:") == (status == 1))
    }
  }

  @Test(
    "an option overrides its key in lexgen.yaml",
    arguments: [
      ("exclude: com.example.a.ok\n", ["--include", "com.example.a.ok"], 0, 2),
      ("include: com.example.b.*\n", ["--exclude", "com.example.b.*"], 1, 2),
      ("include: com.example.b.*\n", ["--include", "com.example.a.used"], 0, 1),
      ("include: com.example.a.*\nstrict: true\n", ["--no-strict"], 0, 2),
      ("include: com.example.a.*\nlocked: true\n", ["--no-locked"], 0, 2),
      ("include: com.example.a.*\nbaseline: absent.json\n", ["--no-baseline"], 0, 2),
      ("include: com.example.a.*\nbaseline: absent.json\n", [], 2, 0),
      ("include: com.example.a.*\n", ["--rule", "undescribed-main=error"], 0, 2),
      ("include: com.example.a.*\n", ["--rule", "generic-name=error", "--strict"], 0, 2),
    ] as [(String, [String], Int32, Int)]
  )
  func options(
    _ configuration: String,
    _ arguments: [String],
    _ status: Int32,
    _ count: Int
  ) throws {
    let folder = try Self.project(configuration)
    let run = try LexgenProcess(["check", "in"] + arguments, in: folder)
    #expect(run.status == status, "\(run.error) \(run.output)")
    if status == 0 {
      #expect(run.error.contains("checked \(Self.documents(count)): "), "\(run.error)")
    }
  }

  private static func documents(_ count: Int) -> String {
    count == 1 ? "1 document" : "\(count) documents"
  }

  @Test("--module overrides targets, and --emit and --access their keys")
  func generateOptions() throws {
    let folder = try TemporaryFolder()
    try folder.write(Documents.query("com.example.one"), to: "in/one.json")
    try folder.write(
      "access: package\nemit: types\ntargets:\n  com.example: Mods\n",
      to: "lexgen.yaml"
    )
    let run = try LexgenProcess(
      ["generate", "in", "-o", "out", "--module", "Foo", "--emit", "server"]
        + ["--access", "public"],
      in: folder
    )
    #expect(run.status == 0, "\(run.error)")
    let files = try folder.texts(below: "out")
    #expect(files.keys.sorted() == ["Com.Example+Root.swift", "Foo+Namespaces.swift"])
    let text = files.values.joined()
    #expect(text.contains("public protocol Handler") && !text.contains("package "))
  }

  @Test("code below a root is internal by default")
  func internalByDefault() throws {
    let folder = try TemporaryFolder()
    try folder.write(Documents.object("com.example.one"), to: "in/com/example/one.json")
    let arguments = ["generate", "in", "--root", "in", "--module", "M", "-o"]
    #expect(try LexgenProcess(arguments + ["own"], in: folder).status == 0)
    #expect(try !folder.text("own/com.example.swift").contains("public "))
    try folder.write("access: public\n", to: "lexgen.yaml")
    let configured = arguments + ["configured", "--config", "lexgen.yaml"]
    #expect(try LexgenProcess(configured, in: folder).status == 0)
    #expect(try folder.text("configured/com.example.swift").contains("public struct One"))
  }

  @Test(
    "an invalid --rule is an error",
    arguments: [
      ("closed-enum", "'closed-enum' is not a valid value of --rule: write ID=SEVERITY"),
      ("closed-enun=error", "'closed-enun' is not a rule of 'lexgen check'; did you mean"),
      ("wrong-type=note", "'wrong-type' is an error in the language; it cannot be changed"),
      ("closed-enum=fatal", "'fatal' is not one of off, note, warning, error"),
    ]
  )
  func badRule(_ value: String, _ error: String) throws {
    let run = try LexgenProcess("check", "in", "--rule", value, in: Self.project())
    #expect(run.status == 2 && run.error.hasPrefix("Error: \(error)"), "\(run.error)")
  }

  // MARK: References

  /// Own documents that refer to a document of another project, which has advice of its own.
  static func references(_ configuration: String = "") throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write(Documents.object("com.example.mine", "org.other.used"), to: "in/mine.json")
    let other =
      #"{"lexicon":1,"id":"org.other.used","defs":{"main":{"type":"object","properties":{"#
      + #""s":{"type":"string","enum":["a"]}}}}}"#
    try folder.write(other, to: "vendor/used.json")
    try folder.write(Documents.object("org.other.unused"), to: "vendor/unused.json")
    try folder.write(Documents.object("org.other.bad", "org.other.gone"), to: "vendor/bad.json")
    if !configuration.isEmpty { try folder.write(configuration, to: "lexgen.yaml") }
    return folder
  }

  @Test("references resolve names, and get no advice", arguments: [true, false])
  func referencesResolve(_ isConfigured: Bool) throws {
    let folder = try Self.references(isConfigured ? "references: vendor\n" : "")
    let refs = isConfigured ? [] : ["--refs", "vendor"]
    let run = try LexgenProcess(["check", "in"] + refs, in: folder)
    #expect(run.status == 0, "\(run.output)")
    #expect(run.output.isEmpty)
    #expect(run.lines == ["lexgen: checked 1 document: no problems"])
    let missing = try LexgenProcess("check", "in", "--config", "none.yaml", in: folder)
    #expect(missing.status == 2)
    // A reference is generated only if it is needed.
    let made = try LexgenProcess(["generate", "in", "-o", "out", "-q"] + refs, in: folder)
    #expect(made.status == 0, "\(made.error)")
    #expect(
      try folder.names(below: "out") == [
        "Com.Example+Root.swift", "Lexicons+Namespaces.swift", "Org.Other+Root.swift",
      ]
    )
    #expect(try !folder.text("out/Org.Other+Root.swift").contains("Unused"))
    let sample = try LexgenProcess(
      ["sample", "com.example.mine", "--lexicons", "in"] + refs,
      in: folder
    )
    #expect(sample.status == 0, "\(sample.error)")
  }

  @Test("below a root, the paths of references spell their NSIDs, and each group has a file")
  func rootedReferences() throws {
    let folder = try TemporaryFolder()
    try folder.write(
      Documents.object("com.example.mine", "org.other.used"),
      to: "in/com/example/mine.json"
    )
    try folder.write(Documents.object("org.other.used"), to: "in/vendor/org/other/used.json")
    try folder.write(Documents.object("org.third.unused"), to: "in/vendor/org/third/unused.json")
    let arguments =
      ["generate", "in/com/example/mine.json", "--root", "in", "--refs", "in/vendor"]
      + ["--module", "M", "-o", "out", "-q"]
    let run = try LexgenProcess(arguments, in: folder)
    #expect(run.status == 0, "\(run.error)")
    let names = ["M+Namespaces.swift", "com.example.swift", "org.other.swift", "org.third.swift"]
    #expect(try folder.names(below: "out") == names)
    #expect(try folder.text("out/org.other.swift").contains("struct Used"))
    #expect(try !folder.text("out/org.third.swift").contains("struct"))
    try folder.write(Documents.object("org.other.used"), to: "in/vendor/org/other/use.json")
    try folder.remove("in/vendor/org/other/used.json")
    let misplaced = try LexgenProcess(arguments, in: folder)
    #expect(misplaced.status == 1 && misplaced.error.contains("[id-path-mismatch]"))
  }

  @Test("a subset imports the types of references that a module declares")
  func importedReferences() throws {
    let folder = try Self.references(
      """
      inputs: in
      references: vendor
      output: out
      imports:
        org.other: {module: Other, lexicons: imported}
      subsets:
        - {module: Client, output: client, include: com.example.mine}

      """
    )
    try folder.write(folder.text("vendor/used.json"), to: "imported/used.json")
    let run = try LexgenProcess("generate", "-q", in: folder)
    #expect(run.status == 0, "\(run.error)")
    for output in ["out", "client"] {
      let text = try folder.texts(below: output).values.joined()
      #expect(text.contains("import Other") && !text.contains("struct Used"), "\(output)")
    }
  }

  @Test("errors in references count only if the project refers to them")
  func referencedErrors() throws {
    let folder = try Self.references()
    try folder.write(Documents.object("com.example.mine", "org.other.bad"), to: "in/mine.json")
    let run = try LexgenProcess("check", "in", "--refs", "vendor", in: folder)
    #expect(run.status == 1)
    #expect(run.output.contains("vendor/bad.json:1:"), "\(run.output)")
    let absent = try LexgenProcess("check", "in", "--refs", "absent", in: folder)
    #expect(absent.status == 1 && absent.output.contains("absent:1:1: error: no such file"))
  }

  @Test("format and --fix do not change references below an input")
  func untouched() throws {
    let folder = try Self.references("inputs: .\nreferences: vendor\n")
    try folder.write(Documents.object("com.example.mine", "org.other.used"), to: "in/mine.json")
    let before = try folder.texts(below: "vendor")
    let format = try LexgenProcess("format", in: folder)
    #expect(format.output == "./in/mine.json\n", "\(format.output)")
    #expect(try LexgenProcess("format", ".", in: folder).output.isEmpty)
    #expect(try LexgenProcess("check", "--fix", in: folder).status == 0)
    #expect(try folder.texts(below: "vendor") == before)
  }

  @Test("an own document replaces the copy among the references, with a note")
  func shadowed() throws {
    let folder = try Self.references()
    try folder.write(Documents.object("org.other.used"), to: "in/used.json")
    let run = try LexgenProcess("check", "in", "--refs", "vendor", in: folder)
    #expect(run.status == 0, "\(run.output)")
    #expect(run.output.contains("vendor/used.json:1:"), "\(run.output)")
    #expect(run.output.contains("[shadowed-copy]"))
    try folder.write(folder.text("vendor/used.json"), to: "in/used.json")
    let same = try LexgenProcess("check", "in", "--refs", "vendor", in: folder)
    #expect(!same.output.contains("[shadowed-copy]"), "\(same.output)")
  }

  @Test(
    "a missing namespace is one error with a remedy for its context",
    arguments: [
      ([], "pass --refs DIR (only to resolve names), or --import ComAtprotoAPI=DIR"),
      (
        ["--root", "in"],
        "add .product(name: \"ComAtprotoAPI\", package: \"lexgen\") to the dependencies of the target"
      ),
      (["manifest"], "run 'atproto lexicon install com.atproto.repo.strongRef'"),
    ]
  )
  func missingNamespace(_ arguments: [String], _ remedy: String) throws {
    let folder = try TemporaryFolder()
    for name in ["one", "two"] {
      try folder.write(
        Documents.object("com.example.\(name)", "com.atproto.repo.strongRef"),
        to: "in/com/example/\(name).json"
      )
    }
    if arguments == ["manifest"] { try folder.write("{}", to: "lexicons.json") }
    let run = try LexgenProcess(
      ["check", "in"] + arguments.filter { $0 != "manifest" },
      in: folder
    )
    #expect(run.status == 1)
    let errors = run.findings.filter { $0.contains(": error: ") }
    #expect(errors.count == 1, "\(run.output)")
    #expect(errors.first?.contains(remedy) == true, "\(run.output)")
    #expect(errors.first?.hasSuffix("[missing-namespace]") == true)
  }
}
