public import ATProtoIdentity
public import ATProtoSyntax

/// Keeps the logs of a directory: the seam to the disk. ``MemoryPLCStore`` and ``SQLitePLCStore``.
public protocol PLCStore: Sendable {
  /// The log of an identity; without entries where it is not known.
  func log(of did: DID) async throws -> PLCLog

  /// Runs `change` on the log of an identity and keeps what it makes of it, all or nothing; changes
  /// come one after the other.
  ///
  /// - Parameter change: may append one operation, and thereby nullify others.
  func update(
    _ did: DID,
    _ change: @escaping @Sendable (inout PLCLog) throws -> Void
  ) async throws

  /// Operations of all identities from a place on.
  func export(after cursor: PLCExportCursor, count: Int) async throws -> [PLCExportLine]
}

/// From where an export goes on (did:plc specification, "Bulk Export").
public enum PLCExportCursor: Hashable, Sendable {
  /// After the operation of a sequence number, in the order of sequence numbers.
  case sequence(Int)
  /// After a time, in the order of times: the legacy format. Nil for the first page.
  case time(Datetime?)
}

/// An operation as it is exported.
public struct PLCExportLine: Hashable, Sendable {
  public let did: DID
  /// Grows with every operation that the directory takes in.
  public let sequence: Int
  public let entry: PLCLog.Entry
}
