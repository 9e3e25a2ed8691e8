public import ATProtoCrypto
public import ATProtoData
public import ATProtoSyntax

/// All operations of an identity in the order in which a PLC directory accepted them, including those
/// that a recovery nullified (did:plc specification, "Key Rotation & Account Recovery").
///
/// A log contains only valid operations, so it proves the state of the identity, except for the
/// times, for which there is only the PLC directory's word.
public struct PLCLog: Hashable, Sendable {
  /// An operation in a log.
  public struct Entry: Hashable, Sendable {
    /// The operation.
    public let operation: PLCOperation
    /// When the PLC directory accepted the operation.
    public let createdAt: Datetime
    /// Whether a recovery nullified the operation.
    public package(set) var isNullified: Bool

    package init(operation: PLCOperation, createdAt: Datetime, isNullified: Bool = false) {
      self.operation = operation
      self.createdAt = createdAt
      self.isNullified = isNullified
    }
  }

  /// "The PLC server provides a 72hr window".
  static let recoveryWindow: Int64 = 72 * 3600

  /// The DID of the identity.
  public let did: DID
  /// All entries, including nullified ones.
  public private(set) var entries: [Entry] = []
  /// The indices of the entries that are not nullified.
  private var active: [Int] = []

  /// Creates an empty log.
  public init(of did: DID) {
    self.did = did
  }

  /// Creates a log from entries that have already been verified.
  package init(of did: DID, verified entries: [Entry]) {
    self.did = did
    self.entries = entries
    active = entries.indices.filter { !entries[$0].isNullified }
  }

  /// The entries that are not nullified, the latest one last.
  public var activeEntries: [Entry] { active.map { entries[$0] } }

  /// The latest entry that is not nullified.
  public var head: Entry? { active.last.map { entries[$0] } }

  /// The current state; nil without operations and after a tombstone.
  public var data: PLCData? { head?.operation.data }

  /// Appends an operation.
  ///
  /// - Parameter time: the time at which the operation is accepted.
  /// - Returns: the operations that it nullifies.
  /// - Throws: if the operation is not a valid next operation or recovery.
  @discardableResult
  public mutating func append(
    _ operation: PLCOperation,
    at time: Datetime
  ) throws(PLCError) -> [CID] {
    let kept = try check(operation, at: time)
    let nullified = active[kept...]
    for index in nullified { entries[index].isNullified = true }
    let cids = nullified.map { entries[$0].operation.cid }
    active.removeSubrange(kept...)
    active.append(entries.count)
    entries.append(Entry(operation: operation, createdAt: time))
    return cids
  }

  /// Checks an operation and returns the number of active entries that it does not nullify.
  private func check(_ operation: PLCOperation, at time: Datetime) throws(PLCError) -> Int {
    guard let last = entries.last else {
      try checkGenesis(operation)
      return 0
    }
    guard let prev = operation.prev else {
      throw PLCError(.misordered, "only the first operation may have no prev")
    }
    guard let fork = active.firstIndex(where: { entries[$0].operation.cid == prev }) else {
      throw PLCError(.misordered, "prev is not an operation in force: \(prev)")
    }
    guard let data = entries[active[fork]].operation.data else {
      throw PLCError(.deactivated, "a tombstone can only be recovered, not followed")
    }
    guard time.instant >= last.createdAt.instant else {
      throw PLCError(.misordered, "the operation is earlier than the one before it")
    }
    let kept = fork + 1
    guard kept < active.count else {
      guard operation.signer(among: data.rotationKeys) != nil else {
        throw PLCError(.signature, "the signature is not by a rotation key")
      }
      return kept
    }
    try checkRecovery(operation, of: entries[active[kept]], data, at: time)
    return kept
  }

  private func checkGenesis(_ operation: PLCOperation) throws(PLCError) {
    guard let data = operation.data else {
      throw PLCError(.misordered, "the first operation cannot be a tombstone")
    }
    guard operation.signer(among: data.rotationKeys) != nil else {
      throw PLCError(.signature, "the signature is not by a rotation key")
    }
    guard operation.did == did else {
      throw PLCError(.genesisHash, "the operation creates \(operation.did), not \(did)")
    }
    guard operation.prev == nil else {
      throw PLCError(.misordered, "the first operation must not have a prev")
    }
  }

  /// - Parameters:
  ///   - disputed: the first entry that the recovery nullifies.
  ///   - data: the state before that entry.
  private func checkRecovery(
    _ operation: PLCOperation,
    of disputed: Entry,
    _ data: PLCData,
    at time: Datetime
  ) throws(PLCError) {
    // "The key used for the signature has a lower index in the `rotationKeys` array than the key
    // that signed the to-be-invalidated operation".
    guard let signer = disputed.operation.signer(among: data.rotationKeys) else {
      throw PLCError(.signature, "the signature of the disputed operation is not by a rotation key")
    }
    guard operation.signer(among: Array(data.rotationKeys[..<signer])) != nil else {
      throw PLCError(
        .signature,
        "the signature is not by a rotation key with more authority than that of the disputed operation"
      )
    }
    guard let last = head, time.instant > last.createdAt.instant else {
      throw PLCError(.misordered, "the recovery is not later than the operation that it nullifies")
    }
    // "It is submitted within 72hrs of the to-be-invalidated operation", to the millisecond.
    let start = disputed.createdAt.instant
    let end = Datetime.Instant(
      seconds: start.seconds + Self.recoveryWindow,
      nanoseconds: start.nanoseconds
    )
    guard time.instant <= end else {
      throw PLCError(
        .lateRecovery,
        "the recovery is more than 72 hours after \(disputed.createdAt)"
      )
    }
  }
}

extension PLCLog {
  /// Returns the rotation key, as `did:key`, that signed an entry of this log.
  public func signer(of entry: Entry) -> String? {
    let operation = entry.operation
    let before = operation.prev.map { prev in entries.first { $0.operation.cid == prev } }
    let keys = (before ?? entry)?.operation.data?.rotationKeys ?? []
    return operation.signer(among: keys).map { keys[$0] }
  }

  /// Creates an operation that changes the state: the handle, PDS, keys or rotation keys.
  ///
  /// ``append(_:at:)`` checks whether the key has the required authority.
  ///
  /// - Parameters:
  ///   - fork: for a recovery, the last operation that stays in force; later ones are nullified.
  ///   - change: changes the state after `fork`, or the current state.
  /// - Throws: if there is no state to change, or a PLC directory could reject the result.
  public func operation(
    after fork: CID? = nil,
    signedBy key: PrivateKey,
    _ change: (inout PLCData) -> Void = { _ in }
  ) throws(PLCError) -> PLCOperation {
    let base = fork.map { fork in activeEntries.first { $0.operation.cid == fork } } ?? head
    guard let base else {
      throw PLCError(.misordered, "the log does not have an operation in force")
    }
    guard var data = base.operation.data else {
      throw PLCError(.deactivated, "a tombstone can only be recovered, not followed")
    }
    change(&data)
    let operation = PLCOperation(data, after: base.operation.cid, signedBy: key)
    try PLCLimits.author.check(operation)
    return operation
  }

  /// Creates a tombstone, which deactivates the identity.
  public func tombstone(signedBy key: PrivateKey) throws(PLCError) -> PLCOperation {
    guard let head else {
      throw PLCError(.misordered, "the log does not have an operation in force")
    }
    return PLCOperation(tombstoneAfter: head.operation.cid, signedBy: key)
  }
}
