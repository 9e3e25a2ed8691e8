import ATProtoData
import ATProtoSyntax
import Lexicon
import Testing

@Suite("Check of installed documents")
struct LockCheckTests {
  /// Installed documents, each with references, and a manifest that lists them.
  struct Project {
    var manifest = LexiconManifest()
    var files: [String: [UInt8]] = [:]

    init(_ documents: [String: [String]], lexicons: [String]) throws {
      for (name, references) in documents { try install(name, references) }
      for name in lexicons { manifest.lexicons.insert(try NSID(name)) }
    }

    mutating func install(_ name: String, _ references: [String]) throws {
      let record = Self.record(name, references)
      files[name] = LexiconFile.formatted(record)
      manifest.resolutions[try NSID(name)] = .init(
        did: DID("did:plc:aaaaaaaaaaaaaaaaaaaaaaaa"),
        cid: LexiconFile.cid(of: record)
      )
    }

    static func record(_ name: String, _ references: [String]) -> DataValue {
      [
        "$type": .string(LexiconFile.recordType), "lexicon": 1, "id": .string(name),
        "defs": ["main": ["type": "union", "refs": .array(references.map { .string($0) })]],
      ]
    }

    /// The problems as `name: kind`, with the referrer in parentheses.
    var problems: [String] {
      LockCheck.problems(manifest) { files[$0.string] }.map { problem in
        "\(problem.nsid.name): \(problem.kind.rawValue)"
          + (problem.referrer.map { " (\($0.name))" } ?? "")
      }
    }
  }

  /// `a` refers to `b`, and `b` to `c`, which refers back to `a` and to itself.
  static func project() throws -> Project {
    try Project(
      [
        "com.example.a": ["com.example.b"], "com.example.b": ["com.example.c#x"],
        "com.example.c": ["com.example.a", "com.example.c", "#y"],
      ],
      lexicons: ["com.example.a"]
    )
  }

  private static func replace(_ part: String, _ replacement: String, in bytes: inout [UInt8]?) {
    let text = String(decoding: bytes ?? [], as: UTF8.self)
    bytes = Array(text.replacing(part, with: replacement).utf8)
  }

  @Test("Documents in a circle of references have no problems")
  func circle() throws {
    var project = try Self.project()
    #expect(project.problems == [])
    // Files outside the manifest do not matter, nor does layout.
    project.files["com.example.mine"] = []
    Self.replace("\n", "\r\n ", in: &project.files["com.example.b"])
    #expect(project.problems == [])
  }

  @Test("A manifest without documents has no problems")
  func empty() throws {
    #expect(try Project([:], lexicons: []).problems == [])
  }

  @Test("An absent file is missing, and its references are not superfluous")
  func missing() throws {
    var project = try Self.project()
    project.files["com.example.a"] = nil
    #expect(project.problems == ["a: missing"])
    project.files = [:]
    #expect(project.problems == ["a: missing", "b: missing", "c: missing"])
  }

  @Test(
    "A changed file is modified",
    arguments: [
      ("com.example.c#x", "com.example.c"), ("\"lexicon\": 1", "\"lexicon\": 1.0"),
      ("{", ""), ("\"id\"", "\"id\": \"com.example.b\", \"id\""),
      ("com.atproto.lexicon.schema", "com.atproto.lexicon.Schema"),
    ]
  )
  func modified(_ part: String, _ replacement: String) throws {
    var project = try Self.project()
    Self.replace(part, replacement, in: &project.files["com.example.b"])
    #expect(project.problems == ["b: modified"])
  }

  @Test("What a modified file does not refer to any more is superfluous")
  func modifiedReferences() throws {
    for replacement in [("com.example.c#x", "com.example.a"), ("\"union\"", "\"token\"")] {
      var project = try Self.project()
      Self.replace(replacement.0, replacement.1, in: &project.files["com.example.b"])
      #expect(project.problems == ["b: modified", "c: superfluous"])
    }
  }

  @Test("A file that lacks only its type is stripped")
  func stripped() throws {
    var project = try Self.project()
    let type = "\"$type\": \"com.atproto.lexicon.schema\""
    let text = String(decoding: project.files["com.example.b"] ?? [], as: UTF8.self)
    #expect(text.contains(type))
    Self.replace("  \(type),\n", "", in: &project.files["com.example.b"])
    Self.replace(",\n  \(type)", "", in: &project.files["com.example.b"])
    #expect(project.problems == ["b: stripped"])
    try project.install("com.example.other", [])
    #expect(project.problems == ["b: stripped", "other: superfluous"])
    Self.replace("union", "token", in: &project.files["com.example.b"])
    #expect(project.problems == ["b: modified", "c: superfluous", "other: superfluous"])
  }

  @Test("A document with the listed CID but another name is modified")
  func renamed() throws {
    var project = try Self.project()
    let record = Project.record("com.example.z", ["com.example.c"])
    project.files["com.example.b"] = LexiconFile.formatted(record)
    project.manifest.resolutions[NSID("com.example.b")]?.cid = LexiconFile.cid(of: record)
    #expect(project.problems == ["b: modified"])
  }

  @Test("A document without a resolution is unlisted, with its first referrer")
  func unlisted() throws {
    var project = try Self.project()
    project.manifest.resolutions[NSID("com.example.c")] = nil
    #expect(project.problems == ["c: unlisted (b)"])
    project.manifest.lexicons.insert(NSID("com.example.d"))
    #expect(project.problems == ["c: unlisted (b)", "d: unlisted"])
    // An edited file may refer to more.
    Self.replace("com.example.b", "com.example.x", in: &project.files["com.example.a"])
    #expect(
      project.problems == ["a: modified", "b: superfluous", "d: unlisted", "x: unlisted (a)"]
    )
  }

  @Test("A resolution that is neither asked for nor referred to is superfluous")
  func superfluous() throws {
    var project = try Self.project()
    try project.install("com.example.d", ["com.example.e"])
    try project.install("com.example.e", ["com.example.d", "com.example.gone"])
    #expect(project.problems == ["d: superfluous", "e: superfluous"])
    project.files["com.example.e"] = nil
    #expect(project.problems == ["d: superfluous", "e: missing", "e: superfluous"])
    project.manifest.lexicons = [NSID("com.example.b"), NSID("com.example.d")]
    #expect(project.problems == ["e: missing"])
  }

  @Test("A long chain and many references end")
  func hostile() throws {
    var documents: [String: [String]] = [:]
    for index in 0..<2000 { documents["com.example.n\(index)"] = ["com.example.n\(index + 1)"] }
    let names = (0..<20_000).map { "com.example.m\($0 % 50)" }
    documents["com.example.n2000"] = names
    let project = try Project(documents, lexicons: ["com.example.n0"])
    #expect(project.problems.count == 50)
    #expect(project.problems.allSatisfy { $0.hasSuffix(": unlisted (n2000)") })
  }
}
