public import ATProtoSyntax

/// Where a record is: its account, collection, and record key.
public struct RecordAddress: Hashable, Sendable {
  /// The account.
  public var did: DID
  /// The collection.
  public var collection: NSID
  /// The record key.
  public var recordKey: RecordKey

  /// Creates an address.
  public init(did: DID, collection: NSID, recordKey: RecordKey) {
    self.did = did
    self.collection = collection
    self.recordKey = recordKey
  }

  /// Creates the address of a record's URI whose authority is a DID; nil for other URIs.
  public init?(_ uri: ATURI) {
    guard case .did(let did) = uri.authority, let collection = uri.collection,
      let recordKey = uri.recordKey
    else { return nil }
    self.init(did: did, collection: collection, recordKey: recordKey)
  }

  /// Parses a URI; nil if it is not that of a record with a DID as authority.
  public init?(_ text: String) {
    guard let uri = try? ATURI(text) else { return nil }
    self.init(uri)
  }

  /// The URI.
  public var uri: String { "at://\(did.string)/\(collection.string)/\(recordKey.string)" }
}
