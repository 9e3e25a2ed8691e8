import ATProtoData
import ATProtoSyntax
import AppBskyAPI
import ComAtprotoAPI
import Foundation
import Testing
import XRPC

@testable import PDS

@Suite struct ValidationTests {
  /// Every record of `Lexicons/`, and the type of its keys.
  private func documents() throws -> [String: String] {
    let root = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Lexicons")
    var found: [String: String] = [:]
    for path in try FileManager.default.subpathsOfDirectory(atPath: root.path)
    where path.hasPrefix("app/bsky/") || path.hasPrefix("com/atproto/") {
      guard path.hasSuffix(".json") else { continue }
      let bytes = [UInt8](try Data(contentsOf: root.appending(path: path)))
      let document = try DataValue(json: bytes)
      guard document["defs"]?["main"]?["type"]?.string == "record" else { continue }
      found[document["id"]?.string ?? ""] = document["defs"]?["main"]?["key"]?.string
    }
    return found
  }

  @Test func everyRecordLexiconIsBundled() throws {
    let documents = try documents()
    #expect(Set(RecordLexicon.bundled.keys) == Set(documents.keys))
    let types = Dictionary(
      uniqueKeysWithValues: (ComAtproto.records + AppBsky.records).map { ($0.nsid, $0) }
    )
    for (nsid, key) in documents {
      let expected: String =
        switch try #require(types[nsid]).recordKeyType {
        case .any: "any"
        case .tid: "tid"
        case .nsid: "nsid"
        case .literal(let value): "literal:\(value)"
        }
      #expect(key == expected, "\(nsid)")
    }
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var collection = "app.bsky.feed.post"
    var rkey: String?
    var record: DataValue
    var validate: Bool?
    /// The `validationStatus`, or the error.
    var outcome: String

    var testDescription: String { "\(collection) \(validate.map { "\($0)" } ?? "-") \(outcome)" }
  }

  private static let post: DataValue = [
    "$type": "app.bsky.feed.post", "text": "x", "createdAt": "2026-01-02T03:04:05Z",
  ]
  private static let bad: DataValue = ["$type": "app.bsky.feed.post", "text": 1]
  private static let note: DataValue = ["$type": "com.example.note"]

  @Test(arguments: [
    Case(record: post, outcome: "valid"),
    Case(record: post, validate: true, outcome: "valid"),
    Case(record: post, validate: false, outcome: "none"),
    Case(record: bad, outcome: "400 InvalidRequest"),
    Case(record: bad, validate: true, outcome: "400 InvalidRequest"),
    Case(record: bad, validate: false, outcome: "none"),
    Case(rkey: "self", record: post, outcome: "400 InvalidRequest"),
    Case(rkey: "self", record: post, validate: false, outcome: "none"),
    Case(collection: "com.example.note", record: note, outcome: "unknown"),
    Case(
      collection: "com.example.note",
      record: note,
      validate: true,
      outcome: "400 InvalidRequest"
    ),
    Case(
      collection: "app.bsky.actor.profile",
      rkey: "other",
      record: ["$type": "app.bsky.actor.profile"],
      outcome: "400 InvalidRequest"
    ),
  ])
  func recordIsValidatedByItsLexicon(_ sample: Case) async throws {
    let account = try await TestServer().signUp()
    let input = ComAtproto.Repo.CreateRecord.Input(
      repo: account.repo,
      collection: FormatString(sample.collection),
      rkey: sample.rkey.map { FormatString($0) },
      validate: sample.validate,
      record: sample.record
    )
    var status: String?
    let refused = await refusal {
      status = try await account.repository.createRecord(input).validationStatus?.rawValue ?? "none"
    }
    let outcome = status ?? refused
    #expect(outcome == sample.outcome)
  }
}
