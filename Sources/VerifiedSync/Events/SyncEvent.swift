public import ATProtoData
public import ATProtoSyntax

/// A change that a ``SyncConsumer`` delivers.
public struct SyncEvent: Hashable, Sendable {
  /// The content of an event.
  public enum Kind: Hashable, Sendable {
    /// A record was created, updated, or deleted.
    case record(RecordChange)
    /// The handle or the status of an account is known or has changed.
    case identity(IdentityChange)
  }

  /// Increases with each event of a store.
  public var id: Int
  /// The content.
  public var kind: Kind

  /// Creates an event.
  public init(id: Int, kind: Kind) {
    self.id = id
    self.kind = kind
  }

  /// The account.
  public var did: DID {
    switch kind {
    case .record(let change): change.did
    case .identity(let change): change.did
    }
  }

  /// Whether the event happened after the account was first synchronized. Other events are its
  /// history, in any order.
  public var isLive: Bool {
    switch kind {
    case .record(let change): change.isLive
    case .identity: true
    }
  }
}

/// A change to a record, verified with the signature of its repository.
public struct RecordChange: Hashable, Sendable {
  /// What happened to a record.
  public enum Action: String, Hashable, Sendable {
    case create, update, delete
  }

  /// Whether the change was received live, or found in the whole repository.
  public var isLive: Bool
  /// The revision of the repository.
  public var rev: TID
  /// The account.
  public var did: DID
  /// The collection of the record.
  public var collection: NSID
  /// The record key.
  public var recordKey: RecordKey
  /// What happened.
  public var action: Action
  /// The CID of the record, or nil if it was deleted.
  public var cid: CID?
  /// The record, or nil if it was deleted.
  public var record: DataValue?
  /// The record in DAG-CBOR, as it was signed; nil if it was deleted, or if the change was read
  /// from a store that does not keep it. Not part of the JSON form.
  public var block: [UInt8]?

  /// Creates a change.
  public init(
    isLive: Bool,
    rev: TID,
    did: DID,
    collection: NSID,
    recordKey: RecordKey,
    action: Action,
    cid: CID? = nil,
    record: DataValue? = nil,
    block: [UInt8]? = nil
  ) {
    self.isLive = isLive
    self.rev = rev
    self.did = did
    self.collection = collection
    self.recordKey = recordKey
    self.action = action
    self.cid = cid
    self.record = record
    self.block = block
  }

  /// Returns the record as a type of generated code, or nil if it was deleted.
  ///
  /// Throws a `DataError` if the record does not have the form that its lexicon requires, which is
  /// not checked before: an account may store anything.
  ///
  ///     if change.collection.string == AppBsky.Feed.Post.nsid,
  ///       let post = try change.decoded(as: AppBsky.Feed.Post.self)
  ///     {
  ///       print(post.text)
  ///     }
  public func decoded<Record: LexiconRecord>(as type: Record.Type) throws(DataError) -> Record? {
    guard let record else { return nil }
    return try Record(record)
  }
}

/// The handle and the status of an account.
public struct IdentityChange: Hashable, Sendable {
  /// The account.
  public var did: DID
  /// The handle, confirmed in both directions; `handle.invalid` if it is not.
  public var handle: Handle
  /// Whether the account's records may be shown.
  public var isActive: Bool
  /// `active`; why the account is not active, such as `takendown`, `suspended`, `deactivated`, or
  /// `deleted`; or `error` if its repository cannot be fetched at the moment.
  public var status: String

  /// Creates a change.
  public init(did: DID, handle: Handle, isActive: Bool, status: String) {
    self.did = did
    self.handle = handle
    self.isActive = isActive
    self.status = status
  }
}
