public import ATProtoIdentity
public import ATProtoSyntax

/// Stores the operation logs of a PLC directory. Backends are ``MemoryPLCStore`` and those in the
/// targets above this one; all of them pass the same conformance suite.
public protocol PLCStore: Sendable {
  /// The log of an identity; it has no entries if the identity is unknown.
  func log(of did: DID) async throws -> PLCLog

  /// Changes the log of an identity in a transaction: if `change` throws, nothing is stored. When
  /// this returns, the change is durable. Changes run one after another.
  ///
  /// - Parameter change: may append one operation, which may nullify others.
  func update(
    _ did: DID,
    _ change: @escaping @Sendable (inout PLCLog) throws -> Void
  ) async throws

  /// At most `count` operations of all identities after a cursor.
  func export(after cursor: PLCExportCursor, count: Int) async throws -> [PLCExportLine]
}

/// The cursor after which an export continues (did:plc specification, "Bulk Export").
public enum PLCExportCursor: Hashable, Sendable {
  /// After a sequence number, ordered by sequence number.
  case sequence(Int)
  /// After a time, ordered by time: the legacy format. Nil for the first page.
  case time(Datetime?)
}

/// An exported operation.
public struct PLCExportLine: Hashable, Sendable {
  /// The identity that the operation changes.
  public let did: DID
  /// Increases with every operation that the directory accepts.
  public let sequence: Int
  /// The operation, with its time and whether it is nullified.
  public let entry: PLCLog.Entry

  public init(did: DID, sequence: Int, entry: PLCLog.Entry) {
    self.did = did
    self.sequence = sequence
    self.entry = entry
  }
}
