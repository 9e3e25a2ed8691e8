import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import ComAtprotoAPI
import Testing

@testable import atproto

@Suite struct FirehoseLinesTests {
  typealias Stream = ComAtproto.Sync.SubscribeRepos

  static let did = "did:plc:ewvi7nxzyoun6zhxrhs64oiz"
  static let time = "2026-01-02T03:04:05Z"
  static let record: DataValue = ["text": "hello"]

  static func message() throws -> Stream.Message {
    let block = record.cborBytes()
    let cid = CID(hashingDAGCBOR: block)
    let ops: [DataValue] = [
      ["action": "create", "path": "com.example.note/one", "cid": .link(cid)],
      ["action": "delete", "path": "com.example.\u{1b}[2Jother/two", "cid": .null],
    ]
    // A CAR file: each section is preceded by its length, here below 128.
    let header = (["roots": [.link(cid)], "version": 1] as DataValue).cborBytes()
    let section = cid.bytes + block
    let car = [UInt8(header.count)] + header + [UInt8(section.count)] + section
    let commit: DataValue = [
      "seq": 7, "rebase": false, "tooBig": false, "repo": .string(did), "commit": .link(cid),
      "rev": "3jzfcijpj2z2a", "since": .null, "blocks": .bytes(Bytes(car)), "ops": .array(ops),
      "blobs": [], "time": .string(time),
    ]
    return .commit(try Stream.Commit(commit))
  }

  @Test func changesArePrintedAsColumns() throws {
    let message = try Self.message()
    #expect(FirehoseLines.sequence(message) == 7)
    #expect(
      FirehoseLines().lines(message) == [
        "\(Self.time)  \(Self.did)  create  com.example.note/one",
        "\(Self.time)  \(Self.did)  delete  com.example.\u{FFFD}[2Jother/two",
      ]
    )
    #expect(FirehoseLines(collection: "com.example.note").lines(message).count == 1)
    #expect(FirehoseLines(collection: "com.example").lines(message).isEmpty)
  }

  @Test func changesArePrintedAsJSONWithTheirRecords() throws {
    let lines = FirehoseLines(isJSON: true).lines(try Self.message())
    let first = try DataValue(json: try #require(lines.first))
    #expect(first["record"] == Self.record && first["seq"] == 7)
    #expect(try DataValue(json: try #require(lines.last))["cid"] == .null)
  }
}
