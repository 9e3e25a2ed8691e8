import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import HTTPTypes
import Lexicon
import LexiconSamples
import Synchronization
import XRPCServer

/// Repositories in memory: what clients write, and samples of what nobody has written.
final class MockRepositories: Sendable {
  /// All repositories and blobs together; calls that exceed it are refused.
  static let maximumBytes = 1 << 30
  static let maximumWrites = 200

  let answers: GeneratedAnswers
  private let overrides: Overrides?
  private let keys = TIDGenerator(clockIdentifier: 0)
  private let state = Mutex(State())

  private struct State {
    var repositories: [String: MockRepository] = [:]
    var blobs: [CID: MockRepository.StoredBlob] = [:]
    var bytes = 0
  }

  init(_ answers: GeneratedAnswers, _ overrides: Overrides?) {
    self.answers = answers
    self.overrides = overrides
  }

  func reset() { state.withLock { $0 = State() } }

  // MARK: Reading

  /// The records of a collection, by key.
  private func records(
    _ person: Person,
    _ collection: String,
    _ seed: UInt64,
    _ repository: MockRepository?
  ) throws(XRPCServerError) -> [String: DataValue] {
    if let written = repository?.collections[collection] { return written }
    if let given = try overrides?.records(collection, answers.catalog) { return given }
    var records: [String: DataValue] = [:]
    for key in sampleKeys(collection, person, seed) {
      records[key] = answers.record(collection, of: person, key, seed: seed)
    }
    return records
  }

  /// Record keys of samples, legal for the collection.
  private func sampleKeys(_ collection: String, _ person: Person, _ seed: UInt64) -> [String] {
    guard
      case .record(let record)? = answers.catalog[collection]?[definition: "main"]?.kind
    else { return [] }
    switch record.key.value {
    case .literal(let key): return [key]
    case .nsid: return (0..<answers.items).map { "com.example.sample\($0)" }
    case .tid, .any:
      var random = SeededGenerator(
        seed: seed.mixed(with: person.did).mixed(with: collection)
      )
      var moment: UInt64 = 1_764_500_000_000_000
      return (0..<answers.items).compactMap { _ in
        moment -= UInt64.random(in: 1_000_000...80_000_000_000, using: &random)
        return TID(microseconds: moment, clockIdentifier: 0)?.string
      }
    }
  }

  func get(
    _ person: Person,
    _ collection: String,
    _ key: String,
    cid: String?,
    seed: UInt64
  ) throws(XRPCServerError) -> DataValue {
    let repository = state.withLock { $0.repositories[person.did] }
    let record: DataValue?
    if let written = repository?.collections[collection] {
      record = written[key]
    } else if let given = try overrides?.records(collection, answers.catalog) {
      record = given[key]
    } else if isLegal(key, in: collection) {
      record = answers.record(collection, of: person, key, seed: seed)
    } else {
      record = nil
    }
    let uri = "at://\(person.did)/\(collection)/\(key)"
    guard let record, cid == nil || cid == Self.cid(of: record).string else {
      throw XRPCServerError(
        status: .badRequest,
        name: "RecordNotFound",
        message: "Could not locate record: \(uri)"
      )
    }
    return ["uri": .string(uri), "cid": .string(Self.cid(of: record).string), "value": record]
  }

  private func isLegal(_ key: String, in collection: String) -> Bool {
    guard case .record(let record)? = answers.catalog[collection]?[definition: "main"]?.kind
    else { return false }
    switch record.key.value {
    case .literal(let literal): return key == literal
    case .nsid: return (try? NSID(key)) != nil
    case .tid: return (try? TID(key)) != nil
    case .any: return (try? RecordKey(key)) != nil
    }
  }

  /// A page of a collection: the newest key first, or last.
  func list(
    _ person: Person,
    _ collection: String,
    limit: Int,
    cursor text: String?,
    isReverse: Bool,
    seed: UInt64
  ) throws(XRPCServerError) -> DataValue {
    let repository = state.withLock { $0.repositories[person.did] }
    let records = try records(person, collection, seed, repository)
    var keys = records.keys.sorted { isReverse ? $0 < $1 : $0 > $1 }
    let cursor = Cursor(seed: seed.mixed(with: person.did).mixed(with: collection))
    if let text {
      let last = try cursor.position(text)
      keys = keys.filter { isReverse ? $0 > last : $0 < last }
    }
    let page = keys.prefix(max(limit, 0))
    let entries: [DataValue] = page.compactMap { key in
      records[key].map { record in
        [
          "uri": .string("at://\(person.did)/\(collection)/\(key)"),
          "cid": .string(Self.cid(of: record).string),
          "value": record,
        ]
      }
    }
    var output: DataValue = ["records": .array(entries)]
    if keys.count > page.count, let last = page.last {
      output["cursor"] = .string(cursor.text(last))
    }
    return output
  }

  func describe(_ person: Person) -> DataValue {
    let written = state.withLock { $0.repositories[person.did]?.collections ?? [:] }
    let sampled = answers.catalog.documents.compactMap { document -> String? in
      guard case .record? = document[definition: "main"]?.kind else { return nil }
      let nsid = document.id.value.string
      return written[nsid] == nil ? nsid : nil
    }
    let collections = (sampled + written.filter { !$0.value.isEmpty }.keys).sorted()
    return [
      "handle": .string(person.handle),
      "did": .string(person.did),
      "didDoc": [
        "id": .string(person.did),
        "alsoKnownAs": [.string("at://\(person.handle)")],
      ],
      "collections": .array(collections.map { .string($0) }),
      "handleIsCorrect": true,
    ]
  }

  // MARK: Writing

  /// Applies all writes, or none.
  ///
  /// - Parameter validates: whether to check records: nil for those with a lexicon.
  /// - Returns: the result of each write, and of the commit.
  func apply(
    _ writes: [MockWrite],
    to person: Person,
    validates: Bool?,
    swapCommit: String?,
    seed: UInt64
  ) throws(XRPCServerError) -> (results: [DataValue], commit: DataValue) {
    guard writes.count <= Self.maximumWrites else {
      throw .invalidRequest("writes: more than \(Self.maximumWrites)")
    }
    // The files are read before the lock is taken.
    var initial: [String: [String: DataValue]] = [:]
    for write in writes where initial[write.collection] == nil {
      initial[write.collection] =
        try overrides?.records(write.collection, answers.catalog) ?? [:]
    }
    return try state.withLock { state throws(XRPCServerError) in
      var repository = state.repositories[person.did] ?? MockRepository()
      if let swapCommit, swapCommit != repository.commit?.string {
        throw Self.invalidSwap("Commit was at \(repository.commit?.string ?? "null")")
      }
      var results: [DataValue] = []
      var added = 0
      for write in writes {
        var records =
          repository.collections[write.collection] ?? initial[write.collection] ?? [:]
        results.append(try apply(write, person, validates, &records, &added))
        repository.collections[write.collection] = records
      }
      guard state.bytes + added <= Self.maximumBytes else {
        throw .notEnoughResources("the repositories in memory are full")
      }
      let rev = keys.next().string
      let content: DataValue = [
        "did": .string(person.did), "version": 3, "rev": .string(rev),
        "prev": repository.commit.map { .link($0) } ?? .null, "writes": .array(results),
      ]
      let commit = CID(hashingDAGCBOR: content.cborBytes())
      repository.commit = commit
      repository.rev = rev
      state.bytes += added
      state.repositories[person.did] = repository
      return (results, ["cid": .string(commit.string), "rev": .string(rev)])
    }
  }

  private func apply(
    _ write: MockWrite,
    _ person: Person,
    _ validates: Bool?,
    _ records: inout [String: DataValue],
    _ added: inout Int
  ) throws(XRPCServerError) -> DataValue {
    let collection = write.collection
    let key: String
    if let given = write.key {
      key = given
    } else {
      key = try newKey(in: collection)
    }
    let current = records[key]
    if let swap = write.swapRecord, swap != current.map(Self.cid) {
      throw Self.invalidSwap("Record was at \(current.map { Self.cid(of: $0).string } ?? "null")")
    }
    let uri = "at://\(person.did)/\(collection)/\(key)"
    var record: DataValue
    switch write.action {
    case .delete:
      records[key] = nil
      return ["$type": "com.atproto.repo.applyWrites#deleteResult"]
    case .create(let new):
      guard current == nil else { throw .invalidRequest("rkey: there is already a record \(uri)") }
      record = new
    case .update(let new):
      guard current != nil else { throw .invalidRequest("rkey: there is no record \(uri)") }
      record = new
    case .put(let new): record = new
    }
    let status = try check(&record, collection, key, validates)
    records[key] = record
    added += record.cborBytes().count
    var result: DataValue = [
      "uri": .string(uri),
      "cid": .string(Self.cid(of: record).string),
      "validationStatus": .string(status),
    ]
    let isNew = current == nil
    result["$type"] =
      isNew
      ? "com.atproto.repo.applyWrites#createResult" : "com.atproto.repo.applyWrites#updateResult"
    return result
  }

  /// Checks a record, and returns its validation status.
  private func check(
    _ record: inout DataValue,
    _ collection: String,
    _ key: String,
    _ validates: Bool?
  ) throws(XRPCServerError) -> String {
    guard record.object != nil else { throw .invalidRequest("record: not an object") }
    if record["$type"] == nil { record["$type"] = .string(collection) }
    guard record.type == collection else {
      throw .invalidRequest("record: $type must be \(collection)")
    }
    guard (try? RecordKey(key)) != nil else { throw .invalidRequest("rkey: not a record key") }
    guard validates != false else { return "unknown" }
    guard case .record? = answers.catalog[collection]?[definition: "main"]?.kind,
      let nsid = try? NSID(collection)
    else {
      if validates == true {
        throw .invalidRequest("collection: there is no lexicon of \(collection)")
      }
      return "unknown"
    }
    let violations = answers.catalog.validateRecord(
      record,
      collection: nsid,
      recordKey: key,
      rules: .strict
    )
    try MockCall.refuse(violations, "record")
    return "valid"
  }

  private func newKey(in collection: String) throws(XRPCServerError) -> String {
    guard case .record(let record)? = answers.catalog[collection]?[definition: "main"]?.kind else {
      return keys.next().string
    }
    switch record.key.value {
    case .literal(let key): return key
    case .tid, .any: return keys.next().string
    case .nsid: throw .invalidRequest("rkey: required, because the keys of \(collection) are NSIDs")
    }
  }

  // MARK: Blobs

  func upload(_ bytes: [UInt8], type: String) throws(XRPCServerError) -> DataValue {
    let cid = CID(hashingRaw: bytes)
    try state.withLock { state throws(XRPCServerError) in
      guard state.blobs[cid] == nil else { return }
      guard state.bytes + bytes.count <= Self.maximumBytes else {
        throw .notEnoughResources("the blobs in memory are full")
      }
      state.bytes += bytes.count
      state.blobs[cid] = MockRepository.StoredBlob(bytes: bytes, type: type)
    }
    return [
      "blob": [
        "$type": "blob", "ref": .link(cid), "mimeType": .string(type),
        "size": .integer(bytes.count),
      ]
    ]
  }

  /// An uploaded blob; nil if there is none.
  func blob(_ cid: String) -> MockRepository.StoredBlob? {
    guard let cid = try? CID(cid) else { return nil }
    return state.withLock { $0.blobs[cid] }
  }

  static func cid(of record: DataValue) -> CID { CID(hashingDAGCBOR: record.cborBytes()) }

  private static func invalidSwap(_ message: String) -> XRPCServerError {
    XRPCServerError(status: .badRequest, name: "InvalidSwap", message: message)
  }
}
