public import ATProtoIdentity
public import ATProtoSyntax

/// Stores the logs of a PLC directory: ``MemoryPLCStore`` and ``SQLitePLCStore``.
public protocol PLCStore: Sendable {
  /// The log of an identity; without entries if the identity is unknown.
  func log(of did: DID) async throws -> PLCLog

  /// Changes the log of an identity atomically: the result of `change` is stored completely, or not
  /// at all if it throws. Changes run one at a time.
  ///
  /// - Parameter change: may append one operation, which may nullify others.
  func update(
    _ did: DID,
    _ change: @escaping @Sendable (inout PLCLog) throws -> Void
  ) async throws

  /// Operations of all identities after a position, at most `count`, in the order of the cursor.
  func export(after cursor: PLCExportCursor, count: Int) async throws -> [PLCExportLine]
}

/// The position after which an export continues (did:plc specification, "Bulk Export").
public enum PLCExportCursor: Hashable, Sendable {
  /// After the operation of a sequence number, in the order of sequence numbers.
  case sequence(Int)
  /// After a time, in the order of times: the legacy format. Nil starts at the beginning.
  case time(Datetime?)
}

/// An operation in an export.
public struct PLCExportLine: Hashable, Sendable {
  /// The identity that the operation changes.
  public let did: DID
  /// Increases with every operation that the directory accepts.
  public let sequence: Int
  /// The operation, with its time and whether it is nullified.
  public let entry: PLCLog.Entry
}
