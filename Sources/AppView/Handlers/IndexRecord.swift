public import ATProtoData

/// A record of the index as a value of its generated type.
public struct IndexRecord<Value: LexiconRecord>: Hashable, Sendable {
  /// The record as it is stored.
  public var stored: IndexedRecord
  /// The value.
  public var value: Value

  /// Decodes a record; nil if it violates its lexicon.
  public init?(_ stored: IndexedRecord) {
    guard stored.isValid,
      let value = try? Value(cbor: stored.bytes, rules: .allowsForeignCIDs)
    else { return nil }
    self.stored = stored
    self.value = value
  }

  /// Where the record is.
  public var address: RecordAddress { stored.address }
  /// The URI.
  public var uri: String { stored.uri }
  /// The version.
  public var cid: CID { stored.cid }
  /// When the record was first seen, in microseconds since the Unix epoch.
  public var indexedAt: Int64 { stored.indexedAt }
  /// The earlier of `createdAt` and ``indexedAt``, by which lists are ordered.
  public var sortAt: Int64 { stored.sortAt }
}

/// A page of records.
public struct IndexRecords<Value: LexiconRecord>: Hashable, Sendable {
  /// The records.
  public var records: [IndexRecord<Value>]
  /// Where the next page begins; nil at the end.
  public var cursor: String?

  /// Creates a page.
  public init(records: [IndexRecord<Value>] = [], cursor: String? = nil) {
    self.records = records
    self.cursor = cursor
  }
}

extension IndexedRecord {
  /// The record verbatim, for views whose field has the type `unknown`. Every field survives,
  /// whether or not a lexicon knows it, also CIDs of other data models, which accounts can write.
  public func verbatim() throws(DataError) -> DataValue {
    try DataValue(cbor: bytes, rules: .allowsForeignCIDs)
  }
}
