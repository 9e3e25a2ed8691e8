import ATProtoCrypto
import ATProtoData
import ATProtoSyntax

/// Verifies messages of the firehose against the known state of their account (Sync specification,
/// "Message Validation Checklist").
///
/// The verifier is a function of its arguments and keeps no state, so messages of different
/// accounts can be verified concurrently. Messages of one account must be verified in order, each
/// with the ``VerifiedCommit/head`` of the previous one. The caller checks that the account is
/// active and that the message came from its host.
///
/// A broken chain is reported only for a genuine message, because everything else is checked first.
public struct CommitVerifier: Sendable {
  /// The limits of messages.
  public var limits: SyncLimits
  /// How far a `rev` may be in the future: "a clock drift window of a few minutes".
  public var clockDriftMicroseconds: UInt64
  /// Checks that do not reject a message: their failure is in ``VerifiedCommit/warnings``.
  public var relaxations: Set<SyncRelaxation>

  /// Creates a verifier.
  public init(
    limits: SyncLimits = .default,
    clockDriftMicroseconds: UInt64 = 300_000_000,
    relaxations: Set<SyncRelaxation> = []
  ) {
    self.limits = limits
    self.clockDriftMicroseconds = clockDriftMicroseconds
    self.relaxations = relaxations
  }

  /// Verifies a `#commit` message. Throws a ``SyncError`` if a check fails.
  ///
  /// - Parameter now: microseconds since the Unix epoch.
  public func verify(
    _ message: CommitMessage,
    for account: KnownAccount,
    now: UInt64
  ) throws(SyncError) -> VerifiedCommit {
    var warnings: [SyncRelaxation] = []
    try checkSizes(message, &warnings)
    let since: TID? = if let since = message.since { try tid(since, "since") } else { nil }
    try checkPrevData(message, &warnings)
    let isInverted = !warnings.contains(.missingPrevData)
    let operations = try operations(message, requiresPrev: isInverted)
    let (commit, blocks) = try signedCommit(
      message.blocks,
      did: message.repo,
      rev: message.rev,
      account,
      now
    )
    guard commit.cid == message.commit else {
      throw SyncError(.fieldMismatch, "the message names commit \(message.commit)")
    }
    try checkRecords(operations, blocks, &warnings)
    if isInverted {
      try checkInversion(commit, operations, blocks, prevData: message.prevData, &warnings)
    }
    if let head = account.head {
      let follows = since == head.rev && (!isInverted || message.prevData == head.data)
      try require(
        follows,
        .chainBroken,
        &warnings,
        SyncError(
          .chainBroken,
          "the message follows \(message.since ?? "nothing"), but the last known rev is \(head.rev)"
        )
      )
    }
    return VerifiedCommit(
      commit: commit,
      since: since,
      operations: operations,
      blocks: blocks,
      warnings: warnings
    )
  }

  /// Verifies a `#sync` message. Throws a ``SyncError`` if a check fails.
  ///
  /// - Parameter now: microseconds since the Unix epoch.
  public func verify(
    _ message: SyncMessage,
    for account: KnownAccount,
    now: UInt64
  ) throws(SyncError) -> VerifiedSyncMessage {
    guard message.blocks.count <= limits.syncBlocks else {
      throw SyncError(.tooLarge, "'blocks' has more than \(limits.syncBlocks) bytes")
    }
    let (commit, _) = try signedCommit(
      message.blocks,
      did: message.did,
      rev: message.rev,
      account,
      now
    )
    return VerifiedSyncMessage(
      commit: commit,
      requiresResynchronization: commit.data != account.head?.data
    )
  }

  /// Throws `error` if a check has failed, or adds a warning if the check is relaxed.
  func require(
    _ isFulfilled: Bool,
    _ relaxation: SyncRelaxation,
    _ warnings: inout [SyncRelaxation],
    _ error: @autoclosure () -> SyncError
  ) throws(SyncError) {
    if isFulfilled { return }
    guard relaxations.contains(relaxation) else { throw error() }
    if !warnings.contains(relaxation) { warnings.append(relaxation) }
  }
}
