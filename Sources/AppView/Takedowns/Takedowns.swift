import ATProtoData
import ATProtoSyntax
import Logging
import VerifiedSync
import XRPCServer

/// Takedowns of this app view: they hide an account or a record whatever its host says, and survive
/// updates, restarts, and reactivation.
struct Takedowns: Sendable {
  /// What can be taken down.
  enum Subject: Hashable, Sendable {
    case account(DID)
    case record(RecordAddress)

    /// A DID, or the URI of a record.
    var text: String {
      switch self {
      case .account(let did): did.string
      case .record(let address): address.uri
      }
    }
  }

  let store: any AppViewStore
  let logger: Logger

  /// Takes a subject down, or reverses that, and leaves a line in the log.
  ///
  /// The subject need not be known: its host may not have been indexed yet.
  ///
  /// - Parameters:
  ///   - reference: identifies the decision, for instance at a labeler; nil to reverse a takedown.
  ///   - actor: who decided, for the log.
  func set(_ subject: Subject, reference: String?, by actor: String) async throws {
    try await store.write { transaction in
      try transaction.moderationWriting.setTakedown(of: subject.text, reference: reference)
    }
    logger.notice(
      reference == nil ? "reversed a takedown" : "took down a subject",
      metadata: [
        "subject": "\(subject.text)", "ref": "\(reference ?? "")", "actor": "\(actor)",
      ]
    )
  }

  /// The reference of a takedown; nil if the subject is not taken down.
  func reference(of subject: Subject) async throws -> String? {
    try await store.read(deadline: nil) { snapshot in
      try snapshot.moderation.takedown(of: subject.text)
    }
  }

  /// The subjects that are taken down after one, sorted.
  func page(after subject: String?, limit: Int) async throws -> [(
    subject: String, reference: String
  )] {
    try await store.read(deadline: nil) { snapshot in
      try snapshot.moderation.takedowns(after: subject, limit: limit)
    }
  }

  /// The subject of a DID or the URI of a record, as an administrator writes it; handles are resolved
  /// in the index. Nil if the text is neither.
  func subject(_ text: String) async throws -> Subject? {
    if let did = try? DID(text) { return .account(did) }
    if let uri = try? ATURI(text) { return try await record(uri).map { .record($0) } }
    let name = text.hasPrefix("@") ? String(text.dropFirst()) : text
    guard let handle = try? Handle(name) else { return nil }
    return try await did(of: .handle(handle)).map { .account($0) }
  }

  /// The address of a record's URI; nil if it is not one of a record, or its handle is unknown.
  func record(_ uri: ATURI) async throws -> RecordAddress? {
    guard let collection = uri.collection, let recordKey = uri.recordKey,
      let did = try await did(of: uri.authority)
    else { return nil }
    return RecordAddress(did: did, collection: collection, recordKey: recordKey)
  }

  private func did(of identifier: ATIdentifier) async throws -> DID? {
    if case .did(let did) = identifier { return did }
    return try await store.read(deadline: nil) { snapshot in
      try snapshot.accounts.account(identifier)?.did
    }
  }

  /// A text that is less than a path, and that no path is between: the last character of record keys
  /// is "~", and they have at most 512.
  private static func before(_ path: String) -> String {
    guard let last = path.utf8.last, last > 0x20 else { return "" }
    let previous = Character(Unicode.Scalar(last - 1))
    return path.dropLast() + String(previous) + String(repeating: "~", count: 512)
  }

  /// The version of a record, hidden or not; nil if it is not indexed.
  func version(of address: RecordAddress) async throws -> String? {
    let path = "\(address.collection.string)/\(address.recordKey.string)"
    return try await store.read(deadline: nil) { snapshot in
      try snapshot.sync.records(of: address.did, after: Self.before(path), limit: 1)
        .first { $0.path == path }?.cid.string
    }
  }
}
