import Foundation
import TestSupport
import Testing

/// The contents of a directory of documents, and files named as inputs.
@Suite("lexgen: input files")
struct InputProcessTests {
  @Test("documents are found in directories and by name, and other files are skipped")
  func formats() throws {
    let folder = try TemporaryFolder()
    try folder.write(Documents.object("com.example.one"), to: "in/one.json")
    try folder.write(Documents.object("com.example.two"), to: "in/deep/two.JSON")
    try folder.write(
      "lexicon: 1\nid: com.example.three\ndefs:\n  main:\n    type: query\n",
      to: "in/three.yml"
    )
    try folder.write(Documents.object("com.example.four"), to: "other/four.yaml")
    try folder.write(#"{"name":"not a lexicon"}"#, to: "in/package.json")
    try folder.write("- 1\n- 2\n", to: "in/list.yaml")
    try folder.write("{", to: "in/notes.txt")
    try folder.write("{", to: "in/.hidden/x.json")
    try folder.folder("in/folder.json")
    try folder.link("in/deep/loop", to: "..")
    try folder.link("in/self", to: "self")
    try folder.link("in/again.json", to: "one.json")
    #expect(makePipe("\(folder.path)/in/pipe.json"))
    let run = try LexgenProcess("check", "in", "other/four.yaml", in: folder)
    #expect(run.status == 0)
    let last = try #require(run.lines.last)
    #expect(last.hasPrefix("lexgen: checked 4 documents: "), "\(run.error)")
    #expect(last.hasSuffix("; skipped 2 other files"), "\(run.error)")
  }

  struct BrokenFile: Sendable, CustomTestStringConvertible {
    var name: String
    var bytes: [UInt8]
    /// `line:column rule`
    var expected: String

    init(_ name: String, _ bytes: [UInt8], _ expected: String) {
      self.name = name
      self.bytes = bytes
      self.expected = expected
    }

    init(_ name: String, _ text: some StringProtocol, _ expected: String) {
      self.init(name, Array(text.utf8), expected)
    }

    var testDescription: String { name }
  }

  static let document = Documents.query("com.example.bad")

  static let brokenFiles: [BrokenFile] = [
    BrokenFile("empty", "", "1:1 json-syntax"),
    BrokenFile(
      "UTF-16",
      document.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] },
      "1:1 not-utf-8"
    ),
    BrokenFile("NUL", "{\"lexicon\":1,\n\0}", "2:1 nul-byte"),
    BrokenFile("not UTF-8", Array("{\"lexicon\":\"".utf8) + [0xFF, 0x22, 0x7D], "1:13 not-utf-8"),
    BrokenFile("a duplicate key", document.dropLast() + ",\n\"id\":\"x\"}", "2:1 duplicate-key"),
    BrokenFile("trailing data", document + "\n}", "2:1 trailing-garbage"),
    BrokenFile("100,000 arrays", String(repeating: "[", count: 100_000), "1:129 too-deep"),
    BrokenFile(
      "100,000 objects",
      String(repeating: "{\"lexicon\":", count: 100_000),
      "1:1409 too-deep"
    ),
    BrokenFile(
      "an integer beyond 64 bits",
      #"{"lexicon":1,"id":"com.example.bad","defs":{"main":{"type":"query"},"#
        + "\n\"x\":{\"type\":\"integer\",\"maximum\":18446744073709551616}}}",
      "2:33 integer-too-large"
    ),
  ]

  @Test(
    "a broken document is reported with its location, and the others are generated",
    arguments: brokenFiles
  )
  func broken(_ input: BrokenFile) throws {
    let folder = try TemporaryFolder()
    try folder.write(input.bytes, to: "in/bad.json")
    try folder.write(Documents.query("com.example.good"), to: "in/good.json")
    let run = try LexgenProcess(
      "generate",
      "in",
      "--output",
      "out",
      "--keep-going",
      "-q",
      in: folder
    )
    #expect(run.status == 1)
    #expect(run.output.isEmpty)
    let first = try #require(run.lines.first)
    let place = first.split(separator: " ")[0]
    let rule = try #require(first.split(separator: "[").last?.dropLast())
    #expect(place == "in/bad.json:\(input.expected.split(separator: " ")[0]):", "\(first)")
    #expect(rule == input.expected.split(separator: " ")[1], "\(first)")
    #expect(try folder.text("out/Com.Example+Root.swift").contains("enum Good"))
  }

  @Test("a byte order mark is a warning that --fix corrects")
  func byteOrderMark() throws {
    let folder = try TemporaryFolder()
    try folder.write("\u{FEFF}" + Self.document, to: "bad.json")
    let run = try LexgenProcess("check", "bad.json", in: folder)
    #expect(run.status == 0)
    #expect(
      run.findings.first
        == "bad.json:1:1: warning: the file begins with a byte order mark, which is ignored; remove it "
        + "[byte-order-mark]"
    )
    #expect(
      run.lines.last?.hasPrefix("lexgen: checked 1 document: 1 warning") == true,
      "\(run.error)"
    )
    let fixed = try LexgenProcess("check", "bad.json", "--fix", in: folder)
    #expect(fixed.status == 0 && !fixed.output.contains("byte-order-mark"), "\(fixed.output)")
    #expect(try folder.text("bad.json") == Self.document)
  }

  @Test(
    "a named input that cannot be read is an error",
    arguments: [
      ("absent", "no such file or directory [no-such-input]"),
      ("dangling.json", "broken symbolic link [unreadable-file]"),
      (
        "self.json",
        "cannot follow symbolic link: Too many levels of symbolic links [unreadable-file]"
      ),
      ("pipe.json", "not a file or directory [unreadable-file]"),
      ("socket.json", "not a file or directory [unreadable-file]"),
      ("null.json", "not a file or directory [unreadable-file]"),
      ("notes.txt", "not a .json, .yaml, or .yml file [unknown-file-type]"),
      ("large.json", "larger than 16777216 bytes [unreadable-file]"),
    ]
  )
  func named(_ name: String, _ message: String) throws {
    let folder = try TemporaryFolder()
    try folder.link("dangling.json", to: "nowhere")
    try folder.link("self.json", to: "self.json")
    try folder.link("null.json", to: "/dev/zero")
    try folder.write("notes", to: "notes.txt")
    try folder.write("", to: "large.json")
    let large = try FileHandle(forWritingTo: URL(filePath: "\(folder.path)/large.json"))
    try large.truncate(atOffset: 1 << 34)
    #expect(makePipe("\(folder.path)/pipe.json"))
    #expect(makeSocket("\(folder.path)/socket.json"))
    try folder.write(Documents.object("com.example.good"), to: "good.json")
    let run = try LexgenProcess("check", "good.json", name, in: folder)
    #expect(run.status == 1)
    #expect(run.findings == ["\(name):1:1: error: \(message)"])
    #expect(run.lines == ["lexgen: checked 1 document: 1 error"])
  }

  /// Root can read everything, so for root an unreadable file must be a special one.
  @Test("a file that cannot be read is an error")
  func unreadable() throws {
    let folder = try TemporaryFolder()
    try folder.write(Documents.object("com.example.good"), to: "in/good.json")
    try folder.write("", to: "in/secret.json")
    #expect(chmod("\(folder.path)/in/secret.json", 0) == 0)
    #if os(Linux)
    if geteuid() == 0 {
      try folder.remove("in/secret.json")
      // A regular file, but reading from it fails because nothing is mapped at 0.
      try folder.link("in/secret.json", to: "/proc/self/mem")
    }
    #endif
    let run = try LexgenProcess("check", "in", in: folder)
    #expect(run.status == 1)
    let line = try #require(run.findings.first)
    #expect(line.hasPrefix("in/secret.json:1:1: error: cannot read: "))
    #expect(run.lines == ["lexgen: checked 1 document: 1 error"])
  }

  @Test("a second file with the same NSID is a warning if equal and an error if different")
  func twice() throws {
    let folder = try TemporaryFolder()
    try folder.write(Documents.object("com.example.same"), to: "in/a.json")
    try folder.write(Documents.object("com.example.same"), to: "in/b.json")
    try folder.link("in/c.json", to: "a.json")
    try folder.link("also", to: "in")
    let same = try LexgenProcess("check", "in", "also", "in/a.json", in: folder)
    #expect(same.status == 0)
    #expect(
      same.findings.map { $0.split(separator: " ").prefix(2).joined(separator: " ") } == [
        "in/b.json:1:19: warning:", "in/a.json:1:19: note:",
      ]
    )
    #expect(same.lines == ["lexgen: checked 1 document: 1 warning"])

    try folder.write(Documents.query("com.example.same"), to: "in/b.json")
    for inputs in [["in/a.json", "in/b.json"], ["in/b.json", "in/a.json"]] {
      let other = try LexgenProcess(["check"] + inputs, in: folder)
      #expect(other.status == 1)
      #expect(other.findings.first?.hasPrefix("in/b.json:1:19: error: ") == true)
      #expect(other.findings.first?.hasSuffix("[duplicate-nsid]") == true)
      #expect(
        other.lines == ["lexgen: checked 0 of 1 document: 1 error; 1 document has errors"]
      )
    }
  }

  @Test("a document in the wrong place is an error below a root and not otherwise")
  func place() throws {
    let folder = try TemporaryFolder()
    try folder.write(Documents.query("com.example.one"), to: "in/com/example/two.json")
    let run = try LexgenProcess(
      "generate",
      "in",
      "--root",
      "in",
      "--module",
      "M",
      "-o",
      "out",
      in: folder
    )
    #expect(run.status == 1)
    #expect(
      run.lines.first
        == "in/com/example/two.json:1:19: error: 'com.example.one' belongs at in/com/example/one.json: "
        + "the path of a document must spell its NSID [id-path-mismatch]"
    )
    #expect(try LexgenProcess("generate", "in", "-o", "out", in: folder).status == 0)
  }

  @Test("a module can have several roots, which must match lexgen.yaml")
  func roots() throws {
    let folder = try TemporaryFolder()
    try folder.write(Documents.query("com.example.one"), to: "a/com/example/one.json")
    try folder.write(Documents.query("com.example.b.two"), to: "a/b/com.example.b.two.json")
    try folder.write("inputs: [a/b/, a]\n", to: "lexgen.yaml")
    let arguments = ["generate", "a", "--root", "a", "--root", "a/b", "--module", "M", "-o", "out"]
    let run = try LexgenProcess(arguments + ["--config", "lexgen.yaml"], in: folder)
    #expect(run.status == 0, "\(run.lines)")
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.path + "/out").sorted()
        == ["M+Namespaces.swift", "com.example.b.swift", "com.example.swift"]
    )
    // A plugin that has misread the file must not build something else.
    try folder.write("inputs: [a]\n", to: "lexgen.yaml")
    let misread = try LexgenProcess(arguments + ["--config", "lexgen.yaml"], in: folder)
    #expect(misread.status == 2)
    #expect(
      misread.error.contains("'inputs' in lexgen.yaml does not match --root")
    )
  }

  @Test("diagnostics are sorted, regardless of the order of the input")
  func order() throws {
    let folder = try TemporaryFolder()
    for name in ["c", "a", "b"] {
      try folder.write(
        Documents.object("com.example.\(name)", "com.example.x\(name)", "com.example.y"),
        to: "in/\(name).json"
      )
    }
    let sorted = try LexgenProcess("check", "in", "gone", in: folder)
    #expect(sorted.status == 1)
    let places = sorted.findings.map { $0.prefix { $0 != ":" } }
    #expect(
      places == ["gone", "in/a.json", "in/a.json", "in/b.json", "in/b.json"]
        + ["in/c.json", "in/c.json"]
    )
    let reversed = try LexgenProcess(
      "check",
      "gone",
      "in/c.json",
      "in/b.json",
      "in/a.json",
      in: folder
    )
    #expect(reversed.output == sorted.output)
  }
}
