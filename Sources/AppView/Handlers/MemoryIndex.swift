import ATProtoCrypto
public import ATProtoData
public import ATProtoLabels
import ATProtoRepo
public import ATProtoSyntax
public import ComAtprotoAPI
public import Lexicon
package import LexiconIndex
import VerifiedSync

/// An index in memory, for tests of handlers.
///
///     let index = try MemoryIndex()
///     try await index.addAccount(alice, handle: "alice.example.com")
///     try await index.put(XyzStatusphere.Status(status: "🦋", createdAt: now), by: alice, at: "1")
///     let output = try await index.respond(LatestStatuses(), .init(limit: 10))
///     #expect(output.statuses.map(\.status) == ["🦋"])
///
/// What handlers read is indexed as a server would index it. Nothing is verified.
public struct MemoryIndex: Sendable {
  package let store: any AppViewStore
  package let plan: IndexPlan
  private let labelIndex = MemoryLabelIndex()
  private let key: PublicKey

  /// Creates an empty index.
  ///
  /// - Parameter lexicons: the lexicons of the records.
  public init(lexicons: Catalog = AppViewLexicons.builtIn) throws {
    try self.init(plan: IndexPlan(lexicons))
  }

  /// - Parameter store: keeps the records.
  package init(plan: IndexPlan, store: any AppViewStore = MemoryAppViewStore()) throws {
    self.plan = plan
    self.store = store
    key = PrivateKey(generating: .k256).publicKey
    try store.setUp { [plan] transaction in
      for collection in plan.collections {
        try transaction.recordWriting.prepare(collection, for: collection.collection)
      }
    }
  }

  /// Adds an account, or changes it.
  ///
  /// - Parameters:
  ///   - handle: a handle that counts as confirmed; nil for none.
  ///   - status: nil for an account that is shown, otherwise why it is not: `deactivated`,
  ///     `suspended`.
  public func addAccount(
    _ did: DID,
    handle: Handle? = nil,
    pds: String = "https://pds.example.com",
    status: String? = nil
  ) async throws {
    let identity = SyncIdentity(signingKey: key, pds: pds, checkedAt: 0)
    try await store.write { transaction in
      var changes = SyncChanges()
      changes.added = [did]
      changes.repositories = [
        TrackedRepository(
          did: did,
          phase: status == nil ? .active : .deactivated,
          handle: handle,
          status: status.map { .inactive($0) } ?? .active,
          identity: identity
        )
      ]
      try transaction.syncWriting.apply(changes)
    }
  }

  /// Creates or replaces a record, and returns its address and version. The account must have been
  /// added.
  ///
  /// - Parameter time: when the record is first seen.
  @discardableResult
  public func put<Record: LexiconRecord>(
    _ record: Record,
    by did: DID,
    at key: String,
    seenAt time: Datetime = .now
  ) async throws -> ComAtproto.Repo.StrongRef {
    try await put(
      record.dataValue,
      at: RecordAddress(did: did, collection: NSID(Record.nsid), recordKey: RecordKey(key)),
      seenAt: time
    )
  }

  /// Creates or replaces a record of any shape, such as one that violates its lexicon.
  @discardableResult
  public func put(
    _ record: DataValue,
    at address: RecordAddress,
    seenAt time: Datetime = .now
  ) async throws -> ComAtproto.Repo.StrongRef {
    let bytes = record.cborBytes()
    let cid = CID(hashingDAGCBOR: bytes)
    let entries = plan.entries(of: record, in: address.collection)
    let now = time.instant.seconds * 1_000_000 + Int64(time.instant.nanoseconds / 1000)
    try await store.write { transaction in
      try transaction.recordWriting.put(address, cid: cid, bytes: bytes, entries: entries, at: now)
    }
    return ComAtproto.Repo.StrongRef(
      uri: FormatString(address.uri),
      cid: FormatString(cid.string)
    )
  }

  /// Deletes a record.
  public func delete(_ address: RecordAddress) async throws {
    try await store.write { try $0.recordWriting.delete(address) }
  }

  /// Takes an account (a DID) or a record (its URI) down, or reverses that.
  public func setTakenDown(_ subject: String, _ isTakenDown: Bool = true) async throws {
    try await store.write { transaction in
      try transaction.moderationWriting.setTakedown(
        of: subject,
        reference: isTakenDown ? "" : nil
      )
    }
  }

  /// Adds labels of a labeler, which is followed from then on.
  public func addLabels(_ labels: [ComAtproto.Label.Defs.Label], from source: DID) {
    labelIndex.apply(labels, from: source, cursor: (labelIndex.cursor(of: source) ?? 0) + 1)
  }

  /// The index as handlers read it.
  public var reader: IndexReader { IndexReader(store: store, plan: plan, timeout: nil) }

  /// What a handler is called with.
  ///
  /// - Parameters:
  ///   - labelers: the labelers that the caller accepts.
  ///   - forwardedToken: see ``IndexContext/forwardedToken``.
  public func context(
    viewer: DID? = nil,
    labelers: AcceptedLabelers = AcceptedLabelers(),
    forwardedToken: String? = nil,
    network: OutboundNetwork? = nil
  ) -> IndexContext {
    IndexContext(
      viewer: viewer,
      forwardedToken: forwardedToken,
      labels: ViewLabels(Hydration(index: labelIndex), accepted: labelers),
      index: reader,
      network: network
    )
  }

  /// Calls a handler.
  public func respond<Handler: IndexQueryHandler>(
    _ handler: Handler,
    _ parameters: Handler.Query.Parameters,
    viewer: DID? = nil
  ) async throws -> Handler.Query.Output {
    try await handler.respond(
      to: IndexRequest(parameters: parameters, context: context(viewer: viewer))
    )
  }
}
