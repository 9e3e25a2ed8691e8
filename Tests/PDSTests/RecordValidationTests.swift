import ATProtoData
import ATProtoSyntax
import ComAtprotoAPI
import HTTPTypes
import Testing
import XRPC

@testable import PDS

/// Writes with `validate: true` of records whose lexicon another server publishes.
@Suite struct RecordValidationTests {
  private static let collection = "com.example.status"
  private static let lexicon = DataValue.recordLexicon(
    collection,
    ["text": ["type": "string", "maxLength": 3]],
    required: ["text"]
  )

  private static func record(_ text: DataValue) -> DataValue {
    ["$type": .string(collection), "text": text]
  }

  /// A write by one of the methods; returns `validationStatus`, or the error.
  private static func write(
    _ method: String,
    _ account: TestAccount,
    _ record: DataValue,
    validate: Bool?
  ) async -> String {
    let collection = FormatString<NSID>(record.type ?? "")
    var status: String?
    let refused = await refusal {
      switch method {
      case "createRecord":
        status = try await account.repository.createRecord(
          .init(repo: account.repo, collection: collection, validate: validate, record: record)
        ).validationStatus?.rawValue
      case "putRecord":
        status = try await account.repository.putRecord(
          .init(
            repo: account.repo,
            collection: collection,
            rkey: "a",
            validate: validate,
            record: record
          )
        ).validationStatus?.rawValue
      default:
        let output = try await account.repository.applyWrites(
          .init(
            repo: account.repo,
            validate: validate,
            writes: [
              .create(.init(collection: collection, value: record)),
              .create(.init(collection: collection, value: record)),
            ]
          )
        )
        if case .createResult(let created)? = output.results?.last {
          status = created.validationStatus?.rawValue
        }
      }
      status = status ?? "none"
    }
    return status ?? refused
  }

  private static let methods = ["createRecord", "putRecord", "applyWrites"]

  @Test(arguments: methods)
  func recordIsValidatedByThePublishedLexicon(_ method: String) async throws {
    let host = try await LexiconHost()
    try await host.publish(Self.lexicon)
    let account = try await host.server().signUp()
    #expect(await Self.write(method, account, Self.record("abc"), validate: true) == "valid")
    let refused = await Self.write(method, account, Self.record("abcd"), validate: true)
    #expect(refused == "400 InvalidRequest")
    #expect(host.requests == 1)
  }

  @Test(arguments: methods)
  func nothingIsLookedUpUnlessTheCallerRequiresValidation(_ method: String) async throws {
    let host = try await LexiconHost()
    try await host.publish(Self.lexicon)
    let account = try await host.server().signUp()
    #expect(await Self.write(method, account, Self.record(1), validate: nil) == "unknown")
    #expect(await Self.write(method, account, Self.record(2), validate: false) == "none")
    #expect(host.requests == 0)
  }

  @Test(arguments: methods)
  func lexiconThatIsNotPublishedIsAnError(_ method: String) async throws {
    let host = try await LexiconHost()
    let account = try await host.server().signUp()
    let refused = await Self.write(method, account, Self.record("a"), validate: true)
    #expect(refused == "400 InvalidRequest")
    host.setDown(true)
    let other: DataValue = ["$type": "com.example.other"]
    let failed = await Self.write(method, account, other, validate: true)
    #expect(failed == "502 UpstreamFailure")
    #expect(try await account.verifiedExport().records.isEmpty)
  }

  @Test func batchIsRefusedAsAWholeIfOneRecordIsNotValid() async throws {
    let host = try await LexiconHost()
    try await host.publish(Self.lexicon)
    let account = try await host.server().signUp()
    func apply(_ records: [DataValue]) async -> String {
      await refusal {
        try await account.repository.applyWrites(
          .init(
            repo: account.repo,
            validate: true,
            writes: records.map {
              .create(.init(collection: FormatString($0.type ?? ""), value: $0))
            }
          )
        )
      }
    }
    let post: DataValue = [
      "$type": "app.bsky.feed.post", "text": "x", "createdAt": "2026-01-02T03:04:05Z",
    ]
    #expect(await apply([post, Self.record("a"), Self.record("abcd")]) == "400 InvalidRequest")
    #expect(try await account.verifiedExport().records.isEmpty)
    #expect(await apply([post, Self.record("a")]).hasPrefix("not refused"))
    #expect(try await account.verifiedExport().records.count == 2)
  }

  @Test func nothingIsLookedUpForASessionWithoutThePermission() async throws {
    let host = try await LexiconHost()
    try await host.publish(Self.lexicon)
    let account = try await host.server().signUp()
    func create(_ scope: String) async throws -> String? {
      try await account.oauth(scope).call(
        "com.atproto.repo.createRecord",
        json: [
          "repo": .string(account.did.string), "collection": .string(Self.collection),
          "validate": true, "record": Self.record("abcd"),
        ]
      ).refusal
    }
    #expect(try await create("atproto repo:com.example.other") == "403 ScopeMissingError")
    #expect(host.requests == 0)
    #expect(try await create("atproto repo:\(Self.collection)") == "400 InvalidRequest")
    #expect(host.requests == 1)
  }

  @Test func messageNamesThePathOfTheViolation() async throws {
    let host = try await LexiconHost()
    try await host.publish(Self.lexicon)
    let account = try await host.server().signUp()
    let answer = try await account.call(
      "com.atproto.repo.createRecord",
      .post,
      fields: [.contentType: "application/json"],
      body: ([
        "repo": .string(account.did.string), "collection": .string(Self.collection),
        "validate": true, "record": Self.record("abcd"),
      ] as DataValue).jsonBytes()
    )
    #expect(answer.message?.hasPrefix("not a valid \(Self.collection): text: ") == true)
  }
}
