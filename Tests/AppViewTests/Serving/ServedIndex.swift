import ATProtoCrypto
import ATProtoData
import ATProtoHTTP
import ATProtoIdentity
import ATProtoLabels
import ATProtoRepo
import ATProtoSyntax
import ComAtprotoAPI
import Foundation
import HTTPTypes
import Lexicon
import LexiconIndex
import Logging
import ServiceKit
import Testing
import VerifiedSync
import XRPCAsyncHTTPClient
import XRPCClient

@testable import AppView

/// An app view over HTTP whose index is filled directly. Its relay cannot be reached.
struct ServedIndex: Sendable {
  static let adminPassword = "correct horse"
  static let noteCollection: NSID = "com.example.note"

  let server: AppViewServer
  let store: any AppViewStore
  let labels: any LabelIndex
  let directory: MemoryIdentityDirectory
  let url: HTTPURL

  /// An account of the index.
  struct Account: Sendable {
    let did: DID
    let handle: Handle
    let key: PrivateKey
  }

  static let alice = Account(
    did: "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa",
    handle: "alice.example.com",
    key: PrivateKey(generating: .k256)
  )
  static let bob = Account(
    did: "did:plc:bbbbbbbbbbbbbbbbbbbbbbbb",
    handle: "bob.example.com",
    key: PrivateKey(generating: .p256)
  )

  static let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

  /// Serves an index with two accounts for as long as `body` takes.
  ///
  /// - Parameters:
  ///   - handlers: the methods of an application.
  ///   - configure: changes the configuration.
  static func run<Value: Sendable>(
    handlers: [IndexRoute] = [],
    configure: (inout AppViewConfiguration) -> Void = { _ in },
    _ body: (ServedIndex) async throws -> Value
  ) async throws -> Value {
    var configuration = AppViewConfiguration(isDevelopment: true)
    configuration.adminPassword = adminPassword
    configure(&configuration)
    let storage = AppViewStorage.memory()
    let unreachable = InMemoryTransport { _, _ in
      HTTPTransportStream(
        head: HTTPResponse(status: .serviceUnavailable),
        body: BodyContent.bytes([]).stream
      )
    }
    let directory = MemoryIdentityDirectory()
    let server = try AppViewServer(
      configuration,
      storage: storage,
      lexicons: lexicons,
      handlers: handlers,
      logger: silent,
      network: AppViewNetwork(
        guarded: unreachable,
        trusted: unreachable,
        documents: directory,
        allowsPrivateAddresses: true
      )
    )
    return try await server.serve { address in
      let served = ServedIndex(
        server: server,
        store: storage.store,
        labels: storage.labels,
        directory: directory,
        url: try #require(HTTPURL(address))
      )
      try await served.add(alice)
      try await served.add(bob)
      return try await body(served)
    }
  }

  static let lexicons: Catalog = {
    let text = """
      {"lexicon": 1, "id": "com.example.note", "defs": {"main": {"type": "record", "key": "any",
      "record": {"type": "object", "required": ["text", "createdAt"], "properties": {
      "text": {"type": "string", "maxLength": 3000},
      "rating": {"type": "integer"},
      "tags": {"type": "array", "items": {"type": "string", "maxLength": 64}},
      "subject": {"type": "string", "format": "at-uri"},
      "createdAt": {"type": "string", "format": "datetime"}}}}}}
      """
    return CheckedCatalog.check([SourceFile(path: "note.json", bytes: Array(text.utf8))]).catalog
  }()
}

// MARK: Filling the index

extension ServedIndex {
  private var plan: IndexPlan { server.services.web.status.collections.plan }

  func add(_ account: Account, status: HostedStatus = .active) async throws {
    let document: DataValue = [
      "id": .string(account.did.string),
      "alsoKnownAs": [.string("at://\(account.handle)")],
      "verificationMethod": [
        [
          "id": .string("\(account.did)#atproto"), "type": "Multikey",
          "controller": .string(account.did.string),
          "publicKeyMultibase": .string(account.key.publicKey.multikey),
        ]
      ],
      "service": [
        [
          "id": "#atproto_pds", "type": "AtprotoPersonalDataServer",
          "serviceEndpoint": "https://pds.example.com",
        ]
      ],
    ]
    directory.insert(Identity(document: try DIDDocument(document), handle: account.handle))
    try await set(account, status)
  }

  /// Changes the status of an account at its host.
  func set(_ account: Account, _ status: HostedStatus) async throws {
    var changes = SyncChanges()
    changes.added = [account.did]
    changes.repositories = [
      TrackedRepository(
        did: account.did,
        phase: status.isActive ? .active : .deactivated,
        handle: account.handle,
        status: status,
        head: KnownAccount.Head(rev: Self.rev, data: CID(hashingDAGCBOR: [0xA0]))
      )
    ]
    try await store.write { [changes] transaction in try transaction.syncWriting.apply(changes) }
  }

  static let rev: TID = "3kaaaaaaaaa2b"

  /// Stores a record, and returns its URI.
  @discardableResult
  func put(
    _ record: DataValue,
    by account: Account = alice,
    key: String,
    in collection: NSID = noteCollection,
    at time: Int64 = 1_800_000_000_000_000
  ) async throws -> String {
    let address = RecordAddress(
      did: account.did,
      collection: collection,
      recordKey: try RecordKey(key)
    )
    let bytes = record.cborBytes()
    let entries = plan.entries(of: record, in: collection)
    try await store.write { transaction in
      try transaction.recordWriting.put(
        address,
        cid: CID(hashingDAGCBOR: bytes),
        bytes: bytes,
        entries: entries,
        at: time
      )
    }
    return address.uri
  }

  /// A note whose time is the given number of seconds after the beginning of 2026.
  static func note(_ text: String, second: Int = 0, _ more: DataObject = [:]) -> DataValue {
    let minutes = second / 60
    let time = "2026-01-01T00:\(pair(minutes)):\(pair(second % 60)).000Z"
    var note: DataObject = [
      "$type": "com.example.note", "text": .string(text), "createdAt": .string(time),
    ]
    for (name, value) in more { note[name] = value }
    return .object(note)
  }

  private static func pair(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}

// MARK: Requests

extension ServedIndex {
  struct Answer: Sendable {
    let status: Int
    let fields: HTTPFields
    let text: String

    /// The body as JSON.
    var json: DataValue { (try? DataValue(json: Array(text.utf8))) ?? .null }
    /// The name of the error.
    var error: String? { json["error"]?.string }
  }

  func send(
    _ method: HTTPRequest.Method,
    _ path: String,
    _ fields: HTTPFields = [:],
    body: String? = nil
  ) async throws -> Answer {
    let url = try #require(url.at(path))
    let response = try await AsyncHTTPClientTransport.shared.send(
      url.request(method, fields),
      body: body.map { Array($0.utf8) },
      options: TransportOptions(timeout: .seconds(30))
    )
    return Answer(
      status: response.head.status.code,
      fields: response.head.headerFields,
      text: String(decoding: response.body, as: UTF8.self)
    )
  }

  /// Calls a query.
  ///
  /// - Parameter target: the method with its parameters.
  func get(_ target: String, _ fields: HTTPFields = [:]) async throws -> Answer {
    try await send(.get, "/xrpc/\(target)", fields)
  }

  static var basic: HTTPFields {
    let text = Data("admin:\(adminPassword)".utf8).base64EncodedString()
    return [.authorization: "Basic \(text)"]
  }

  func postJSON(
    _ path: String,
    _ body: String,
    _ fields: HTTPFields = basic
  ) async throws -> Answer {
    var fields = fields
    fields[.contentType] = "application/json"
    return try await send(.post, path, fields, body: body)
  }
}
