import ATProtoCrypto
import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import Foundation
import TestSupport
import Testing

@testable import atproto

/// `atproto repo` as a process, on CAR files that the tests write.
@Suite struct RepoCommandTests {
  static let key = PrivateKey(generating: .k256)

  struct Run {
    var status: Int32
    var lines: [String]

    func objects() throws -> [DataObject] {
      try lines.map { line in
        try #require(DataValue(json: [UInt8](line.utf8)).object)
      }
    }
  }

  /// Runs the executable that was built with the tests.
  static func run(_ arguments: String...) throws -> Run {
    let child = try ChildProcess(try ChildProcess.built("atproto"), ["repo"] + arguments)
    return Run(status: child.status, lines: child.lines)
  }

  static func record(_ number: Int) -> [UInt8] {
    DataValue.object(["n": .integer(number)]).cborBytes()
  }

  static func path(_ number: Int) throws -> RepoPath {
    try RepoPath("com.example.\(number % 2 == 0 ? "even" : "odd")/\(1000 + number)")
  }

  /// Writes a repository of 40 records, and the next version of it with one change of each kind.
  static func withFiles(_ body: (_ old: String, _ new: String, _ folder: URL) throws -> Void) throws
  {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "lexgen-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    var store = MemoryBlockStore()
    var (repository, result) = try Repository.create(
      "did:plc:ewvi7nxzyoun6zhxrhs64oiz",
      writes: (0..<40).map { .create(try path($0), record: record($0)) },
      rev: TID(microseconds: 1_700_000_000_000_000, clockIdentifier: 0)!,
      key: key,
      store: store
    )
    var paths: [String] = []
    for (number, writes) in [
      [],
      [
        RecordWrite.create(try path(100), record: record(100)), .delete(try path(5)),
        .update(try path(6), record: record(600)),
      ],
    ].enumerated() {
      if number > 0 {
        let rev = TID(microseconds: 1_700_000_001_000_000, clockIdentifier: 0)!
        result = try repository.apply(writes, rev: rev, key: key)
      }
      store.apply(result.changes)
      repository = try Repository(head: repository.commit.cid, store: store)
      var export = repository.exportCAR()
      let file = folder.appending(path: "\(number).car")
      try Data(export.rest()).write(to: file)
      paths.append(file.path)
    }
    try body(paths[0], paths[1], folder)
  }

  @Test func inspectShowsCommitAndCollections() throws {
    try Self.withFiles { _, new, _ in
      let object = try #require(try Self.run("inspect", new, "--json").objects().first)
      #expect(object["records"] == .integer(40) && object["isWhole"] == .boolean(true))
      #expect(object["collections"]?["com.example.even"] == .integer(21))
      #expect(object["did"] == .string("did:plc:ewvi7nxzyoun6zhxrhs64oiz"))
      let table = try Self.run("inspect", new)
      #expect(table.status == 0)
      #expect(table.lines.contains { $0.hasPrefix("records") && $0.hasSuffix("  40") })
    }
  }

  @Test func lsFiltersByPrefixRangeAndLimit() throws {
    try Self.withFiles { old, _, _ in
      let all = try Self.run("ls", old, "--json").objects()
      #expect(all.count == 40)
      #expect(all.first?["path"] == .string("com.example.even/1000"))
      let odd = try Self.run("ls", old, "--prefix", "com.example.odd/", "--limit", "3")
      #expect(odd.lines.count == 3 && odd.lines[2].hasSuffix("  com.example.odd/1005"))
      let range = try Self.run(
        "ls",
        old,
        "--from",
        "com.example.even/1030",
        "--before",
        "com.example.odd/1003"
      )
      #expect(range.lines.count == 6)
    }
  }

  @Test func getPrintsARecordAndWritesItsProof() throws {
    try Self.withFiles { _, new, folder in
      let found = try Self.run("get", new, "com.example.even/1006", "--json").objects()
      #expect(found.first?["value"] == .object(["n": .integer(600)]))
      let proof = folder.appending(path: "proof.car").path
      #expect(try Self.run("get", new, "com.example.odd/1005", "--proof", proof).status == 1)
      let verified = try RecordProof(
        car: [UInt8](Data(contentsOf: URL(filePath: proof))),
        path: Self.path(5),
        did: "did:plc:ewvi7nxzyoun6zhxrhs64oiz",
        key: Self.key.publicKey
      )
      #expect(verified.cid == nil)
    }
  }

  @Test func verifyRefusesWrongKeysAndDamagedFiles() throws {
    try Self.withFiles { _, new, folder in
      let key = Self.key.publicKey.didKey
      let good = try Self.run("verify", new, "--json", "--key", key)
      #expect(good.status == 0)
      #expect(try good.objects().first?["isSignatureVerified"] == .boolean(true))
      let other = PrivateKey(generating: .k256).publicKey.didKey
      #expect(try Self.run("verify", new, "--key", other).status == 1)
      var bytes = try Data(contentsOf: URL(filePath: new))
      bytes[bytes.count - 1] ^= 1
      let bad = folder.appending(path: "bad.car")
      try bytes.write(to: bad)
      #expect(try Self.run("verify", bad.path).status == 1)
      #expect(try Self.run("verify", folder.appending(path: "none.car").path).status != 0)
    }
  }

  @Test func diffMarksEachChange() throws {
    try Self.withFiles { old, new, _ in
      let changes = try Self.run("diff", old, new)
      #expect(changes.lines.map { $0.prefix(1) } == ["~", "+", "-"])
      #expect(try Self.run("diff", new, old).lines.map { $0.prefix(1) } == ["~", "-", "+"])
      #expect(try Self.run("diff", old, old, "--json").lines.isEmpty)
    }
  }

  @Test func exportWritesJSONLinesAndOrderedCARFiles() throws {
    try Self.withFiles { _, new, folder in
      let lines = try Self.run("export", new).objects()
      #expect(lines.count == 40)
      #expect(lines.last?["value"] == .object(["n": .integer(39)]))
      let copy = folder.appending(path: "copy.car").path
      #expect(try Self.run("export", new, "--format", "car", "--output", copy).status == 0)
      #expect(try Data(contentsOf: URL(filePath: copy)) == Data(contentsOf: URL(filePath: new)))
    }
  }

  @Test func terminalTextIsEscapedAndAligned() {
    #expect("a\u{1b}[2J\u{e9}/b".printable == #"a\u{1B}[2J\u{00E9}/b"#)
    #expect(ProgressBar.text(done: 1 << 20, total: 2 << 20).hasSuffix("50 %  1 of 2 MiB"))
    var table = TextTable()
    table.append(.text("a"), .number(5), .text("x"))
    table.append(.text("bcd"), .number(50), .text("yz"))
    #expect(table.lines == ["a     5  x", "bcd  50  yz"])
  }
}
