import ATProtoData
import ATProtoSyntax
import Foundation
import HTTPTypes
import LexiconResolution
import Synchronization
import Testing
import XRPC
import XRPCServer

@testable import PDS

/// Validation by lexicons that are not compiled into the server, without a network.
@Suite struct RecordSchemaTests {
  private static let collection: NSID = "com.example.status"
  private static let did: DID = "did:web:alice.example.com"

  private static func schema(
    _ source: MemoryLexiconSource,
    _ schemas: RecordSchemas? = nil
  ) async throws -> RecordSchema {
    let context = XRPCContext(nsid: "com.atproto.repo.createRecord")
    let found = try await (schemas ?? RecordSchemas(source: source, timeout: .seconds(600)))
      .schemas(for: [collection], of: did, context)
    return try #require(found[collection])
  }

  private static func problem(
    _ record: DataValue,
    _ documents: DataValue...,
    key: RecordKey = "a"
  ) async throws -> String? {
    try await schema(MemoryLexiconSource(documents))
      .problem(with: record.cborBytes(), recordKey: key)
  }

  private static func refusal(_ source: MemoryLexiconSource) async -> XRPCServerError? {
    await #expect(throws: XRPCServerError.self) { _ = try await schema(source) }
  }

  private static let text = DataValue.recordLexicon(
    collection.string,
    ["text": ["type": "string", "maxLength": 3]],
    required: ["text"]
  )

  @Test func recordIsCheckedAgainstTheFetchedLexicon() async throws {
    let type: DataValue = .string(Self.collection.string)
    #expect(try await Self.problem(["$type": type, "text": "abc"], Self.text) == nil)
    let long = try await Self.problem(["$type": type, "text": "abcd"], Self.text)
    #expect(long?.hasPrefix("text: ") == true)
    #expect(try await Self.problem(["$type": type], Self.text)?.hasPrefix("text: ") == true)
    // Fields that the lexicon does not define are allowed.
    let more: DataValue = ["$type": type, "text": "a", "more": 1]
    #expect(try await Self.problem(more, Self.text) == nil)
  }

  @Test func recordKeyIsChecked() async throws {
    let record: DataValue = ["$type": .string(Self.collection.string)]
    let document = DataValue.recordLexicon(Self.collection.string, [:], key: "literal:self")
    #expect(try await Self.problem(record, document, key: "self") == nil)
    #expect(try await Self.problem(record, document, key: "other") != nil)
  }

  @Test func referencesAreFollowed() async throws {
    let document = DataValue.recordLexicon(
      Self.collection.string,
      ["place": ["type": "ref", "ref": "com.example.defs#place"]]
    )
    let definitions = DataValue.lexicon(
      "com.example.defs",
      [
        "place": ["type": "object", "properties": ["floor": ["type": "ref", "ref": "#floor"]]],
        "floor": ["type": "integer"],
        // Not reachable from the record.
        "other": ["type": "object", "properties": ["x": ["type": "ref", "ref": "com.example.x"]]],
      ]
    )
    func record(_ floor: DataValue) -> DataValue {
      ["$type": .string(Self.collection.string), "place": ["floor": floor]]
    }
    let source = MemoryLexiconSource([document, definitions])
    let schema = try await Self.schema(source)
    #expect(source.count.withLock { $0 } == 2)
    #expect(schema.problem(with: record(1).cborBytes(), recordKey: "a") == nil)
    let problem = schema.problem(with: record("x").cborBytes(), recordKey: "a")
    #expect(problem?.hasPrefix("place.floor: ") == true)
  }

  @Test func definitionsOfTheProtocolAreNotLookedUp() async throws {
    let document = DataValue.recordLexicon(
      Self.collection.string,
      ["subject": ["type": "ref", "ref": "com.atproto.repo.strongRef"]]
    )
    let source = MemoryLexiconSource([document])
    let schema = try await Self.schema(source)
    #expect(source.count.withLock { $0 } == 1)
    let record: DataValue = ["$type": .string(Self.collection.string), "subject": ["uri": "x"]]
    #expect(schema.problem(with: record.cborBytes(), recordKey: "a") != nil)
  }

  @Test func bundledDocumentsAreThoseOfTheProtocol() throws {
    let root = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Lexicons")
    for text in BundledLexicons.texts {
      let document = try DataValue(json: text)
      let nsid = try NSID(#require(document["id"]?.string))
      #expect(BundledLexicons.document(nsid) != nil)
      let path = nsid.string.replacing(".", with: "/") + ".json"
      let file = try [UInt8](Data(contentsOf: root.appending(path: path)))
      #expect(try DataValue(json: file).withoutDescriptions == document, "\(nsid)")
    }
  }

  // MARK: Lexicons that cannot be used

  @Test(arguments: [
    DataValue.lexicon(collection.string, ["main": ["type": "query"]]),
    .lexicon(collection.string, ["other": ["type": "string"]]),
    .lexicon(collection.string, ["main": ["type": "record", "key": "any"]]),
    .recordLexicon(collection.string, ["x": ["type": "of a later language"]]),
    .recordLexicon(collection.string, ["x": ["type": "ref", "ref": "#missing"]]),
    .recordLexicon(collection.string, ["x": ["type": "ref", "ref": "com.example.missing"]]),
  ])
  func unusableLexiconIsRefused(_ document: DataValue) async throws {
    let error = await Self.refusal(MemoryLexiconSource([document]))
    #expect(error?.status == .badRequest && error?.name == "InvalidRequest")
    #expect(error?.message?.hasPrefix("cannot validate the record: ") == true)
  }

  @Test func temporaryFailureIsNotTheRecordsFault() async throws {
    let error = await Self.refusal(MemoryLexiconSource(error: .dnsFailure))
    #expect(error?.status == .badGateway)
    let lasting = await Self.refusal(MemoryLexiconSource(error: .authorityNotFound))
    #expect(lasting?.status == .badRequest)
    #expect(lasting?.message?.contains("AuthorityNotFound") == true)
  }

  /// A document that refers to `count` others.
  private static func wide(_ nsid: String, _ count: Int, _ prefix: String) -> DataValue {
    let properties = (0..<count).map { index in
      (
        key: "p\(index)",
        value: ["type": "ref", "ref": .string("\(prefix)\(index)")] as DataValue
      )
    }
    return .recordLexicon(nsid, DataObject(distinct: properties))
  }

  @Test func endlessReferencesAreRefused() async throws {
    let source = MemoryLexiconSource { nsid in
      .lexicon(
        nsid.string,
        [
          "main": [
            "type": nsid == Self.collection ? "record" : "object", "key": "any",
            "record": [
              "type": "object",
              "properties": ["next": ["type": "ref", "ref": "com.example.next0"]],
            ],
            "properties": ["next": ["type": "ref", "ref": .string(nsid.string + "0")]],
          ]
        ]
      )
    }
    let error = await Self.refusal(source)
    #expect(error?.status == .badRequest)
    #expect(source.count.withLock { $0 } <= RecordSchemas.maximumDocuments)
  }

  @Test func manyReferencesAreRefusedBeforeAnyIsLookedUp() async throws {
    let document = Self.wide(Self.collection.string, 1_000, "com.example.next")
    let source = MemoryLexiconSource([document])
    let error = await Self.refusal(source)
    #expect(error?.status == .badRequest)
    #expect(source.count.withLock { $0 } == 1)
  }

  @Test func largeDocumentsAreRefused() async throws {
    let document = Self.wide(Self.collection.string, 8, "com.example.next")
    let source = MemoryLexiconSource([document], length: 900_000) {
      .lexicon($0.string, ["main": ["type": "string"]])
    }
    let error = await Self.refusal(source)
    #expect(error?.message?.contains("bytes") == true)
  }

  @Test func costlyValidationIsRefused() async throws {
    let properties = (0..<4_000).map { (key: "p\($0)", value: ["type": "integer"] as DataValue) }
    let document = DataValue.recordLexicon(
      Self.collection.string,
      DataObject(distinct: properties)
    )
    let source = MemoryLexiconSource([document])
    let schema = try await Self.schema(source)
    func record(_ count: Int) -> [UInt8] {
      let values = [DataValue](repeating: [:], count: count)
      return (["$type": .string(Self.collection.string), "x": .array(values)] as DataValue)
        .cborBytes()
    }
    #expect(schema.problem(with: record(10), recordKey: "a") == nil)
    #expect(schema.problem(with: record(10_000), recordKey: "a")?.contains("too many") == true)
  }

  // MARK: Limits of an account

  @Test func lookupsOfAnAccountAreLimited() async throws {
    let source = MemoryLexiconSource { .recordLexicon($0.string, [:]) }
    let schemas = RecordSchemas(source: source, timeout: .seconds(600))
    let context = XRPCContext(nsid: "com.atproto.repo.createRecord")
    func lookUp(_ range: Range<Int>, _ did: DID = Self.did) async throws {
      for index in range {
        _ = try await schemas.schemas(
          for: [NSID("com.example.s\(index)")],
          of: did,
          context
        )
      }
    }
    try await lookUp(0..<300)
    await #expect(throws: XRPCServerError.rateLimitExceeded()) { try await lookUp(300..<301) }
    #expect(source.count.withLock { $0 } == 300)
    // Lexicons in use, and other accounts.
    try await lookUp(0..<10)
    try await lookUp(300..<301, "did:web:bob.example.com")
  }

  @Test func callsOfAnAccountAtTheSameTimeAreLimited() async throws {
    let (stream, continuation) = AsyncStream<Void>.makeStream()
    let source = MemoryLexiconSource { nsid in
      for await _ in stream {}
      return .recordLexicon(nsid.string, [:])
    }
    let schemas = RecordSchemas(source: source, timeout: .seconds(600))
    let refused = await withTaskGroup(of: Bool.self) { group in
      for _ in 0...RecordSchemas.maximumCalls {
        group.addTask {
          do {
            _ = try await Self.schema(source, schemas)
            return false
          } catch {
            return (error as? XRPCServerError)?.status == .tooManyRequests
          }
        }
      }
      let first = await group.next()
      continuation.finish()
      return first
    }
    #expect(refused == true)
    #expect(source.count.withLock { $0 } <= RecordSchemas.maximumLookups + 8)
  }

  @Test func callWithManyLexiconsIsRefused() async throws {
    let source = MemoryLexiconSource()
    let collections = try (0...RecordSchemas.maximumCollections).map {
      try NSID("com.example.s\($0)")
    }
    let context = XRPCContext(nsid: "com.atproto.repo.applyWrites")
    await #expect(throws: XRPCServerError.invalidRequest("")) {
      _ = try await RecordSchemas(source: source, timeout: .seconds(600))
        .schemas(for: Set(collections), of: Self.did, context)
    }
    #expect(source.count.withLock { $0 } == 0)
  }
}

extension DataValue {
  fileprivate var withoutDescriptions: DataValue {
    switch self {
    case .array(let elements): return .array(elements.map(\.withoutDescriptions))
    case .object(let object):
      var copy: DataObject = [:]
      for (key, value) in object where key != "description" || value.string == nil {
        copy[key] = value.withoutDescriptions
      }
      return .object(copy)
    default: return self
    }
  }
}
