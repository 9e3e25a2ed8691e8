public import ATProtoCrypto
public import ATProtoData
public import ATProtoSyntax

/// All operations on one identity in the order in which a directory took them in, those that a
/// recovery nullified included (did:plc specification, "Key Rotation & Account Recovery").
///
/// A log holds valid operations only, so what it says of the identity is proved but for the times,
/// which are the directory's word.
public struct PLCLog: Hashable, Sendable {
  public struct Entry: Hashable, Sendable {
    public let operation: PLCOperation
    /// When the directory took the operation in.
    public let createdAt: Datetime
    /// Whether a recovery put the operation, and what followed it, out of force.
    public package(set) var isNullified: Bool

    package init(operation: PLCOperation, createdAt: Datetime, isNullified: Bool = false) {
      self.operation = operation
      self.createdAt = createdAt
      self.isNullified = isNullified
    }
  }

  /// "The PLC server provides a 72hr window".
  static let recoveryWindow: Int64 = 72 * 3600

  public let did: DID
  public private(set) var entries: [Entry] = []
  /// Where the operations in force are among the entries.
  private var active: [Int] = []

  public init(of did: DID) {
    self.did = did
  }

  /// A log that was verified when its entries were appended.
  package init(of did: DID, verified entries: [Entry]) {
    self.did = did
    self.entries = entries
    active = entries.indices.filter { !entries[$0].isNullified }
  }

  /// The entries in force, the present one last.
  public var activeEntries: [Entry] { active.map { entries[$0] } }

  /// The entry that says what holds.
  public var head: Entry? { active.last.map { entries[$0] } }

  /// What holds; nil without operations and after a tombstone.
  public var data: PLCData? { head?.operation.data }

  /// Takes an operation in, if it may follow.
  ///
  /// - Returns: the operations that it nullifies.
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

  /// The number of active entries that stay in force when `operation` comes.
  private func check(_ operation: PLCOperation, at time: Datetime) throws(PLCError) -> Int {
    guard let last = entries.last else {
      try checkGenesis(operation)
      return 0
    }
    guard let prev = operation.prev else {
      throw PLCError(.misordered, "only the first operation follows none")
    }
    guard let fork = active.firstIndex(where: { entries[$0].operation.cid == prev }) else {
      throw PLCError(.misordered, "prev is no operation in force: \(prev)")
    }
    guard let data = entries[active[fork]].operation.data else {
      throw PLCError(.deactivated, "a tombstone can only be recovered, not followed")
    }
    guard time.instant >= last.createdAt.instant else {
      throw PLCError(.misordered, "earlier than the operation before it")
    }
    let kept = fork + 1
    guard kept < active.count else {
      guard operation.signer(among: data.rotationKeys) != nil else {
        throw PLCError(.signature, "no rotation key made the signature")
      }
      return kept
    }
    try checkRecovery(operation, of: entries[active[kept]], data, at: time)
    return kept
  }

  private func checkGenesis(_ operation: PLCOperation) throws(PLCError) {
    guard let data = operation.data else {
      throw PLCError(.misordered, "a tombstone is no first operation")
    }
    guard operation.signer(among: data.rotationKeys) != nil else {
      throw PLCError(.signature, "no rotation key made the signature")
    }
    guard operation.did == did else {
      throw PLCError(.genesisHash, "the operation is the first of \(operation.did), not of \(did)")
    }
    guard operation.prev == nil else {
      throw PLCError(.misordered, "the first operation follows another one")
    }
  }

  /// - Parameters:
  ///   - disputed: the first entry that the recovery puts out of force.
  ///   - data: what held at the fork.
  private func checkRecovery(
    _ operation: PLCOperation,
    of disputed: Entry,
    _ data: PLCData,
    at time: Datetime
  ) throws(PLCError) {
    // "The key used for the signature has a lower index in the `rotationKeys` array than the key
    // that signed the to-be-invalidated operation".
    guard let signer = disputed.operation.signer(among: data.rotationKeys) else {
      throw PLCError(.signature, "no rotation key made the disputed signature")
    }
    guard operation.signer(among: Array(data.rotationKeys[..<signer])) != nil else {
      throw PLCError(
        .signature,
        "no rotation key with more authority than that of the disputed operation signed"
      )
    }
    guard let last = head, time.instant > last.createdAt.instant else {
      throw PLCError(.misordered, "not later than what it puts out of force")
    }
    // "It is submitted within 72hrs of the to-be-invalidated operation", to the millisecond.
    let start = disputed.createdAt.instant
    let end = Datetime.Instant(
      seconds: start.seconds + Self.recoveryWindow,
      nanoseconds: start.nanoseconds
    )
    guard time.instant <= end else {
      throw PLCError(.lateRecovery, "more than 72 hours after \(disputed.createdAt)")
    }
  }
}

extension PLCLog {
  /// The rotation key, as `did:key`, that signed an entry of this log.
  public func signer(of entry: Entry) -> String? {
    let operation = entry.operation
    let before = operation.prev.map { prev in entries.first { $0.operation.cid == prev } }
    let keys = (before ?? entry)?.operation.data?.rotationKeys ?? []
    return operation.signer(among: keys).map { keys[$0] }
  }

  /// An operation that changes what holds: an update of handle, server or keys, a rotation of
  /// rotation keys.
  ///
  /// - Parameters:
  ///   - fork: for a recovery, the last operation that stays in force; what was said after it is
  ///     nullified.
  ///   - change: gets what holds after `fork`, or now.
  ///
  /// Throws ``PLCError`` where there is nothing to change, or where the result is none that every
  /// directory accepts. Whether the key has a say is for ``append(_:at:)``.
  public func operation(
    after fork: CID? = nil,
    signedBy key: PrivateKey,
    _ change: (inout PLCData) -> Void = { _ in }
  ) throws(PLCError) -> PLCOperation {
    let base = fork.map { fork in activeEntries.first { $0.operation.cid == fork } } ?? head
    guard let base else { throw PLCError(.misordered, "no operation in force to follow") }
    guard var data = base.operation.data else {
      throw PLCError(.deactivated, "a tombstone can only be recovered, not followed")
    }
    change(&data)
    let operation = PLCOperation(data, after: base.operation.cid, signedBy: key)
    try PLCLimits.author.check(operation)
    return operation
  }

  /// An operation that gives the identity up.
  public func tombstone(signedBy key: PrivateKey) throws(PLCError) -> PLCOperation {
    guard let head else { throw PLCError(.misordered, "no operation in force to follow") }
    return PLCOperation(tombstoneAfter: head.operation.cid, signedBy: key)
  }
}
