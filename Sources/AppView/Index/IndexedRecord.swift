public import ATProtoData
public import ATProtoSyntax

/// A record in the index.
public struct IndexedRecord: Hashable, Sendable {
  /// Where the record is.
  public var address: RecordAddress
  /// The hash of the record.
  public var cid: CID
  /// The record as its account signed it, in DAG-CBOR.
  public var bytes: [UInt8]
  /// When a record was first seen at the address, in microseconds since the Unix epoch. An update
  /// keeps it.
  public var indexedAt: Int64
  /// The earlier of `createdAt` and ``indexedAt``.
  public var sortAt: Int64
  /// Whether the record conforms to its lexicon; true if there is none.
  public var isValid: Bool

  /// Creates a record.
  public init(
    address: RecordAddress,
    cid: CID,
    bytes: [UInt8],
    indexedAt: Int64,
    sortAt: Int64,
    isValid: Bool = true
  ) {
    self.address = address
    self.cid = cid
    self.bytes = bytes
    self.indexedAt = indexedAt
    self.sortAt = sortAt
    self.isValid = isValid
  }

  /// The URI.
  public var uri: String { address.uri }
}

/// An account whose repository the index follows.
public struct IndexedAccount: Hashable, Sendable {
  /// Whether, and if not why, the account's records are shown.
  public enum Visibility: Hashable, Sendable {
    case visible
    /// The status at its host: `deactivated`, `suspended`, `takendown`, `deleted`, or another one.
    case inactive(String)
    /// Taken down here.
    case takenDown
  }

  /// The account.
  public var did: DID
  /// Confirmed in both directions; nil if it is not, or not known yet.
  public var handle: Handle?
  /// Whether the records of the account are shown.
  public var visibility: Visibility
  /// The last revision whose records are indexed; nil before the first.
  public var rev: TID?
  /// The URL of the PDS, if it is known.
  public var pds: String?

  /// Creates an account.
  public init(
    did: DID,
    handle: Handle? = nil,
    visibility: Visibility = .visible,
    rev: TID? = nil,
    pds: String? = nil
  ) {
    self.did = did
    self.handle = handle
    self.visibility = visibility
    self.rev = rev
    self.pds = pds
  }

  /// Whether the records of the account are shown.
  public var isVisible: Bool { visibility == .visible }
}

/// A part of a list, and the position after it if more follows.
public struct IndexPage<Element: Sendable, Position: Sendable>: Sendable {
  /// The elements, in the order of the list.
  public var elements: [Element]
  /// Nil at the end of the list. Never present on an empty page.
  public var next: Position?

  /// Creates a page.
  public init(_ elements: [Element], next: Position? = nil) {
    self.elements = elements
    self.next = next
  }
}
