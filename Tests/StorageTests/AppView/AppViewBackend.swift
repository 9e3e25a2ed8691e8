import ATProtoCrypto
import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import AppView
import LexiconIndex
import SQLiteStorage
import TestSupport
import Testing
import VerifiedSync

/// A backend of ``AppViewStore``. All backends must pass the suites of this folder; to add one, add a
/// case.
enum AppViewBackend: CaseIterable, CustomTestStringConvertible, Sendable {
  case memory
  case sqlite

  var testDescription: String { "\(self)" }

  func open(_ directory: String) throws -> any AppViewStore {
    switch self {
    case .memory: MemoryAppViewStore()
    case .sqlite: try SQLiteAppViewStore(path: directory + "/index.sqlite")
    }
  }

  /// Runs `body` with a new store.
  func withStore(_ body: (any AppViewStore) async throws -> Void) async throws {
    let folder = try TemporaryFolder()
    let store = try open(folder.path)
    do {
      try await body(store)
    } catch {
      try? store.close()
      throw error
    }
    try store.close()
  }
}

/// A record for tests, with what is indexed of it.
struct Note: Sendable {
  static let collection: NSID = "com.example.note"
  static let other: NSID = "com.example.other"

  enum Field {
    static let text = 0
    static let count = 1
    static let flag = 2
    static let at = 3
    static let tags = 4
    static let alt = 5
    static let embed = 6
    static let subject = 7
  }

  static let plan = CollectionPlan(
    collection: collection,
    fields: [
      FieldPlan(number: 0, path: "text", kind: .string, repeats: false, isSearched: true),
      FieldPlan(number: 1, path: "count", kind: .integer, repeats: false),
      FieldPlan(number: 2, path: "flag", kind: .boolean, repeats: false),
      FieldPlan(number: 3, path: "at", kind: .datetime, repeats: false),
      FieldPlan(number: 4, path: "tags[]", kind: .string, repeats: true),
      FieldPlan(number: 5, path: "images[].alt", kind: .string, repeats: true, isSearched: true),
      FieldPlan(number: 6, path: "embed", kind: .presence, repeats: false),
      FieldPlan(number: 7, path: "subject", kind: .string, repeats: false, type: "at-uri"),
    ],
    fingerprint: "1"
  )

  var account = "a"
  var collection = Note.collection
  var key: String
  /// Another version has another CID.
  var version = 0
  var createdAt: Int64? = nil
  var indexedAt: Int64 = 1_000_000
  var isValid = true
  var text: String? = nil
  var count: Int64? = nil
  var flag: Bool? = nil
  var at: Int64? = nil
  var tags: [String] = []
  var alts: [String] = []
  var hasEmbed = false
  var links: [IndexEntries.Link] = []

  var did: DID { Sample.did(account) }

  var address: RecordAddress {
    RecordAddress(did: did, collection: collection, recordKey: try! RecordKey(key))
  }

  var bytes: [UInt8] {
    DataValue.string("\(account) \(collection) \(key) \(version)").cborBytes()
  }

  var cid: CID { CID(codec: .dagCBOR, sha256Digest: CID(hashingRaw: bytes).digest) }

  var entries: IndexEntries {
    var entries = IndexEntries()
    entries.isValid = isValid
    entries.createdAt = createdAt
    entries.links = links
    // Without a plan, only links are indexed.
    guard isValid, collection == Note.collection else { return entries }
    func add(_ field: Int, _ value: IndexValue?) {
      entries.values.append(.init(field: field, value: value))
    }
    if let text {
      add(Field.text, .text(text))
      entries.texts.append(.init(field: Field.text, words: SearchWords.words(in: text)))
    }
    if let count { add(Field.count, .integer(count)) }
    if let flag { add(Field.flag, .boolean(flag)) }
    if let at { add(Field.at, .instant(at)) }
    for tag in tags { add(Field.tags, .text(tag)) }
    for alt in alts {
      add(Field.alt, .text(alt))
      entries.texts.append(.init(field: Field.alt, words: SearchWords.words(in: alt)))
    }
    if hasEmbed { add(Field.embed, nil) }
    if let link = links.first(where: { $0.path == "subject" }) {
      add(Field.subject, .text(link.target))
    }
    return entries
  }

  static func link(_ target: String, at path: String = "subject") -> IndexEntries.Link {
    IndexEntries.Link(path: path, target: target)
  }
}

extension AppViewStore {
  /// Tracks accounts and prepares the plan of notes.
  func prepare(_ accounts: String...) async throws {
    try await write { transaction in
      var changes = SyncChanges()
      changes.added = accounts.map(Sample.did)
      try transaction.syncWriting.apply(changes)
      try transaction.recordWriting.prepare(Note.plan, for: Note.collection)
    }
  }

  func put(_ notes: [Note]) async throws {
    try await write { transaction in
      for note in notes { try transaction.put(note) }
    }
  }

  func put(_ notes: Note...) async throws { try await put(notes) }

  func takeDown(_ subject: String, _ reference: String? = "") async throws {
    try await write { try $0.moderationWriting.setTakedown(of: subject, reference: reference) }
  }

  func setActive(_ account: String, _ isActive: Bool) async throws {
    try await write { transaction in
      guard var repository = try transaction.sync.repository(Sample.did(account)) else { return }
      repository.status = isActive ? .active : .inactive("deactivated")
      var changes = SyncChanges()
      changes.repositories = [repository]
      try transaction.syncWriting.apply(changes)
    }
  }

  func snapshot<Value: Sendable>(
    _ body: @escaping @Sendable (any IndexSnapshot) throws -> Value
  ) async throws -> Value {
    try await read(deadline: nil, body)
  }

  /// The keys of all pages of a query, `account/key`.
  func keys(_ query: RecordQuery, pageSize: Int? = nil) async throws -> [String] {
    var query = query
    if let pageSize { query.limit = pageSize }
    var keys: [String] = []
    while true {
      let page = try await snapshot { [query] in try $0.records.query(query) }
      keys += page.elements.map(\.name)
      guard let next = page.next else { return keys }
      query.after = next
    }
  }
}

extension IndexTransaction {
  func put(_ note: Note) throws {
    try recordWriting.put(
      note.address,
      cid: note.cid,
      bytes: note.bytes,
      entries: note.entries,
      at: note.indexedAt
    )
  }
}

extension RecordAddress {
  /// `account/key`.
  var name: String {
    "\(did.string.dropFirst("did:web:".count).dropLast(".test".count))/\(recordKey.string)"
  }
}

extension IndexedRecord {
  var name: String { address.name }
}

extension RecordQuery {
  static func notes(
    _ conditions: (field: Int, test: FieldCondition.Test)...,
    order: RecordOrder = .newestFirst,
    limit: Int = 50
  ) -> RecordQuery {
    var query = RecordQuery(collection: Note.collection, limit: limit)
    query.conditions = conditions.map { FieldCondition(field: .planned([$0.field]), test: $0.test) }
    query.order = order
    return query
  }
}
