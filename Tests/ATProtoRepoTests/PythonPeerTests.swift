import ATProtoCrypto
import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import Foundation
import Testing

/// Other implementations read what we write, and we read what they write.
@Suite(
  .enabled(
    if: PythonPeer.interpreter != nil,
    "no Python with atmst and atproto: run .ci/python, or set LEXGEN_PYTHON"
  )
)
struct PythonPeerTests {
  struct ReadRequest: Encodable {
    var car: String
    var key: String
  }

  struct ReadAnswer: Decodable {
    var commit: String
    var data: String
    var did: String
    var rev: String
    var entries: [[String]]
    var sdkRoot: String
    var sdkBlocks: Int
    var isSignatureValid: Bool
  }

  @Test("the Python implementations read our CAR files", arguments: Curve.allCases, [0, 1, 400])
  func pythonReadsOurCARFiles(curve: Curve, count: Int) throws {
    let key = PrivateKey(generating: curve)
    var store = MemoryBlockStore()
    var repository = try RepositoryTests.create(count, in: &store)
    let result = try repository.apply(
      [.create(Fixture.path(9000), record: Fixture.record(9000))],
      rev: Fixture.tid(1),
      key: key
    )
    store.apply(result.changes)
    repository = try Repository(head: repository.commit.cid, store: store)
    var export = repository.exportCAR()
    let answer = try PythonPeer.withFile { file in
      try Data(export.rest()).write(to: file)
      return try PythonPeer.run(
        "read",
        ReadRequest(car: file.path, key: key.publicKey.didKey),
        as: ReadAnswer.self
      )
    }
    let commit = repository.commit
    #expect(answer.commit == commit.cid.string && answer.sdkRoot == commit.cid.string)
    #expect(answer.data == commit.data.string)
    #expect(answer.did == commit.did.string && answer.rev == commit.rev.string)
    #expect(answer.isSignatureValid)
    #expect(answer.sdkBlocks == store.count)
    let entries = try repository.tree.entries().map { ["\($0.key)", $0.value.string] }
    #expect(answer.entries == entries)
    #expect(entries.count == count + 1)
  }

  struct WriteRequest: Encodable {
    var car: String
    var did: String
    var rev: String
    var records: [String: [String: Int]]
  }

  struct WriteAnswer: Decodable {
    var commit: String
    var data: String
    var point: String
  }

  @Test("we read the CAR files of the Python implementations", arguments: [0, 1, 2, 500])
  func weReadPythonsCARFiles(count: Int) throws {
    let paths = (0..<count).map(Fixture.path)
    let records = paths.enumerated().map { number, path in (path.string, ["n": number]) }
    try PythonPeer.withFile { file in
      let answer = try PythonPeer.run(
        "write",
        WriteRequest(
          car: file.path,
          did: Fixture.did.string,
          rev: Fixture.tid(5).string,
          records: Dictionary(uniqueKeysWithValues: records)
        ),
        as: WriteAnswer.self
      )
      var verifier = RepositoryVerifier()
      try verifier.append([UInt8](Data(contentsOf: file)))
      let summary = try verifier.finish()
      #expect(summary.commit.cid.string == answer.commit)
      #expect(summary.commit.did == Fixture.did && summary.commit.rev == Fixture.tid(5))
      #expect(summary.entryCount == count)
      let point = stride(from: 0, to: answer.point.count, by: 2).compactMap { start in
        UInt8(answer.point.dropFirst(start).prefix(2), radix: 16)
      }
      try summary.commit.verify(PublicKey(curve: .k256, point: point))

      let entries = paths.enumerated().map { number, path in
        (
          Fixture.key(path.string),
          CID(hashingDAGCBOR: DataValue.object(["n": .integer(number)]).cborBytes())
        )
      }
      let tree = try Fixture.tree(Dictionary(uniqueKeysWithValues: entries))
      #expect(tree.root.string == answer.data && summary.commit.data == tree.root)
    }
  }

  struct InvertRequest: Encodable {
    struct Operation: Encodable {
      var path: String
      var prev: String?

      func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(path, forKey: .path)
        try container.encode(prev, forKey: .prev)
      }

      enum CodingKeys: CodingKey {
        case path, prev
      }
    }

    var car: String
    var data: String
    var ops: [Operation]
  }

  struct InvertAnswer: Decodable {
    var data: String
  }

  /// Our slices contain what another consumer needs.
  @Test("the Python implementations invert our commits")
  func pythonInvertsOurCommits() throws {
    var random = Random(state: 77)
    var store = MemoryBlockStore()
    var repository = try RepositoryTests.create(300, in: &store)
    for step in 0..<4 {
      let numbers = Set((0..<8).map { _ in Int(random.next() % 300) })
      let writes = numbers.sorted().map { number -> RecordWrite in
        switch random.next() % 3 {
        case 0 where step == 0: .delete(Fixture.path(number))
        case 1: .create(Fixture.path(1000 * (step + 1) + number), record: Fixture.record(number))
        default:
          .create(Fixture.path(5000 * (step + 1) + number), record: Fixture.record(step))
        }
      }
      let result = try repository.apply(
        writes,
        rev: Fixture.tid(UInt64(step + 1)),
        key: Fixture.key
      )
      let answer = try PythonPeer.withFile { file in
        try Data(result.carSlice()).write(to: file)
        let ops = result.operations.map { operation in
          InvertRequest.Operation(path: operation.path.string, prev: operation.prev?.string)
        }
        return try PythonPeer.run(
          "invert",
          InvertRequest(car: file.path, data: result.commit.data.string, ops: ops),
          as: InvertAnswer.self
        )
      }
      #expect(answer.data == result.prevData?.string)
    }
  }
}
