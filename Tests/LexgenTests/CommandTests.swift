import TestSupport
import Testing

/// Arguments, configuration, and exit statuses.
@Suite("lexgen: arguments and configuration")
struct CommandTests {
  /// a -> b -> c, and d by itself.
  static func project() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write(Documents.object("com.example.a", "com.example.b"), to: "in/a.json")
    try folder.write(Documents.object("com.example.b", "com.example.c"), to: "in/b.json")
    try folder.write(Documents.object("com.example.c"), to: "in/c.json")
    try folder.write(Documents.object("com.example.d"), to: "in/d.json")
    return folder
  }

  @Test(
    "--include and --exclude keep referenced documents",
    arguments: [
      ([], "ABCD"),
      (["--include", "com.example.b"], "BC"),
      (["--include", "com.example.b", "--include", "com.example.d"], "BCD"),
      (["--include", "com.example.*", "--exclude", "com.example.a"], "BCD"),
      (["--exclude", "com.example.c"], "ABCD"),
      (["--exclude", "com.example.a", "--exclude", "com.example.b"], "CD"),
    ]
  )
  func closure(_ arguments: [String], _ types: String) throws {
    let folder = try Self.project()
    let run = try LexgenProcess(["generate", "in", "-o", "out", "-q"] + arguments, in: folder)
    #expect(run.status == 0, "\(run.error)")
    let text = try folder.text("out/Com.Example+Root.swift")
    let found = "ABCD".filter { text.contains("public struct \($0): LexiconObject") }
    #expect(found == types)
  }

  @Test(
    "why prints the shortest chain of references",
    arguments: [
      (
        "com.example.c", ["--include", "com.example.a"], 0,
        "com.example.a\n  -> com.example.b\n  -> com.example.c\n"
      ),
      ("com.example.a", ["--include", "com.example.a"], 0, "com.example.a is selected itself\n"),
      (
        "com.example.d", ["--include", "com.example.a"], 0,
        "no selected document refers to com.example.d\n"
      ),
      ("com.example.e", [], 2, ""),
      ("example", [], 2, ""),
    ] as [(String, [String], Int32, String)]
  )
  func why(_ nsid: String, _ arguments: [String], _ status: Int32, _ output: String) throws {
    let run = try LexgenProcess(["why", nsid, "in"] + arguments, in: Self.project())
    #expect(run.status == status)
    #expect(run.output == output)
  }

  @Test("the output of dump-ir does not depend on the order of the input")
  func dump() throws {
    let folder = try Self.project()
    let run = try LexgenProcess("dump-ir", "in", in: folder)
    #expect(run.status == 0 && run.error.isEmpty)
    #expect(run.output.contains("ComExample.A"))
    let other = try LexgenProcess("dump-ir", "in/d.json", "in/b.json", "in", in: folder)
    #expect(other.output == run.output)
  }

  @Test(
    "commands exit with the documented status",
    arguments: [
      (["check", "in"], 0),
      (["--help"], 0),
      (["check", "in", "bad.json"], 1),
      (["generate", "bad.json", "-o", "out"], 1),
      (["dump-ir", "bad.json"], 1),
      (["why", "com.example.a", "in", "bad.json"], 1),
      (["check", "in", "--config", "absent.yaml"], 2),
      (["check", "in", "--config", "in"], 2),
      (["check"], 2),
      (["generate", "in"], 2),
      (["generate", "in", "-o", "out", "--access", "open"], 2),
      (["generate", "in", "-o", "out", "--include", "com.nothing.*"], 2),
      (["generate", "in", "-o", "out", "--package", "P"], 2),
      (["generate", "in", "-o", "out", "--import", "Nothing"], 2),
      (["generate", "in", "-o", "out", "--import", "Absent=absent"], 1),
      (["frobnicate"], 2),
    ] as [([String], Int32)]
  )
  func statuses(_ arguments: [String], _ status: Int32) throws {
    let folder = try Self.project()
    try folder.write(Documents.broken, to: "bad.json")
    let run = try LexgenProcess(arguments, in: folder)
    #expect(run.status == status, "\(run.error)")
  }

  @Test(
    "an error in lexgen.yaml is reported with its location",
    arguments: [
      (
        "output: out\nouptut: x\n",
        "2:1: error: unknown key 'ouptut'; known keys: inputs, references, output, include, exclude, "
          + "module, targets, imports, subsets, access, emit, rules, baseline, strict, locked, diff, "
          + "experimental"
      ),
      ("experimental: [spaces, rooms]\n", "1:24: error: 'rooms' is not one of spaces"),
      ("output: [a, b]\n", "1:9: error: expected a string, found an array"),
      ("inputs: [in, 3]\n", "1:14: error: expected a string, found an integer"),
      ("access: open\n", "1:9: error: 'open' is not one of public, package, internal"),
      ("emit: [types, tests]\n", "1:15: error: 'tests' is not one of types, client, server"),
      ("- inputs\n", "1:1: error: the configuration must be a mapping, not an array"),
      ("targets: all\n", "1:10: error: 'targets' must be a mapping, not a string"),
      (
        "targets:\n  com.example.feed: A\n",
        "2:3: error: 'com.example.feed' is not a namespace root: write the first two segments of an "
          + "NSID, such as 'com.example'"
      ),
      (
        "targets:\n  example: A\n",
        "2:3: error: 'example' is not a namespace root: write the first two segments of an NSID, "
          + "such as 'com.example'"
      ),
      (
        "targets:\n  com.example: ../A\n",
        "2:16: error: '../A' is not a Swift identifier of ASCII letters, digits, and underscores"
      ),
      ("module: XRPC\n", "1:9: error: 'XRPC' is a module of the runtime"),
      ("module: A\ntargets:\n", "1:1: error: 'module' and 'targets' cannot be combined"),
      (
        "imports:\n  com.example:\n    module: A\n",
        "3:5: error: an import requires 'module' and 'lexicons'"
      ),
      (
        "imports:\n  com.example:\n    module: A\n    lexicon: x\n    lexicons: x\n",
        "4:5: error: unknown key 'lexicon'; known keys: module, lexicons"
      ),
      (
        "imports:\n  c/d: {module: A, lexicons: x}\n",
        "2:3: error: 'c/d' is not a namespace root: write the first two segments of an NSID, such "
          + "as 'com.example'"
      ),
    ]
  )
  func configuration(_ text: String, _ error: String) throws {
    let folder = try Self.project()
    try folder.write(text, to: "lexgen.yaml")
    let run = try LexgenProcess("check", "in", in: folder)
    #expect(run.status == 2)
    #expect(run.lines == ["lexgen.yaml:\(error) [configuration]"])
    #expect(run.output.isEmpty)
  }

  @Test("an unreadable lexgen.yaml is an error")
  func unreadable() throws {
    let folder = try Self.project()
    try folder.write("inputs: [in\noutput: {\n", to: "lexgen.yaml")
    let broken = try LexgenProcess("check", "in", in: folder)
    #expect(broken.status == 2)
    #expect(broken.lines.first?.hasPrefix("lexgen.yaml:2:") == true, "\(broken.error)")
    try folder.remove("lexgen.yaml")
    #expect(makePipe("\(folder.path)/lexgen.yaml"))
    let pipe = try LexgenProcess("check", "in", in: folder)
    #expect(pipe.status == 2)
    #expect(pipe.lines == ["lexgen.yaml: error: not a file"])
  }

  @Test("lexgen.yaml can set all options, with paths relative to its directory")
  func everything() throws {
    let folder = try Self.project()
    try folder.write(Documents.object("org.other.x", "com.example.c"), to: "in/x.json")
    try folder.write(
      """
      inputs: [in]
      output: out
      include: [org.other.*]
      exclude: com.example.a
      access: package
      emit: types
      targets:
        com.example: Examples
      """,
      to: "project/sub/lexgen.yaml"
    )
    try folder.folder("project/elsewhere")
    try folder.link("project/sub/in", to: "../../in")
    let run = try LexgenProcess(
      "generate",
      "--config",
      "project/sub/lexgen.yaml",
      "-q",
      in: folder
    )
    #expect(run.status == 0, "\(run.error)")
    #expect(
      try folder.names(below: "project/sub/out") == [
        "Examples/Com.Example+Root.swift", "Examples/Examples+Namespaces.swift",
        "OrgOtherAPI/Org.Other+Root.swift", "OrgOtherAPI/OrgOtherAPI+Namespaces.swift",
      ]
    )
    let text = try folder.text("project/sub/out/OrgOtherAPI/Org.Other+Root.swift")
    #expect(text.contains("package import Examples\n") && text.contains("package struct X"))
  }

  @Test("circular targets and documents of an imported namespace root are errors")
  func modules() throws {
    let folder = try Self.project()
    try folder.write(Documents.object("com.example.c", "org.other.x"), to: "in/c.json")
    try folder.write(Documents.object("org.other.x", "com.example.c"), to: "in/x.json")
    try folder.write("targets:\n", to: "lexgen.yaml")
    let circle = try LexgenProcess("generate", "in", "-o", "out", "-q", in: folder)
    #expect(circle.status == 1)
    #expect(circle.lines.count == 1)
    #expect(
      circle.lines.first?.hasPrefix(
        "in/a.json:1:19: error: circular references between the modules ComExampleAPI, OrgOtherAPI"
      ) == true,
      "\(circle.error)"
    )
    try folder.write(
      "imports:\n  org.other: {module: Others, lexicons: in/x.json}\n",
      to: "lexgen.yaml"
    )
    let imported = try LexgenProcess("generate", "in", "-o", "out", "-q", in: folder)
    #expect(imported.status == 1)
    #expect(imported.error.contains("[authority-elsewhere]"), "\(imported.error)")
    #expect(try folder.names().allSatisfy { !$0.hasPrefix("out") })
  }
}
