import ATProtoCrypto
import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import GRDB
import ServiceKit
import VerifiedSync

extension TrackedRepository {
  /// In the order of the table's columns after the first one.
  var columns: StatementArguments {
    [
      did.string, phase.rawValue, handle?.string, status.isActive, status.status,
      identity?.signingKey.multikey, identity.map { Int64(clamping: $0.checkedAt) }, identity?.pds,
      head.map { Int64(bitPattern: $0.rev.rawValue) }, head?.data.bytes.data, attempts,
      Int64(clamping: nextAttemptAt), error,
    ]
  }

  init(_ row: Row) throws {
    guard let phase = RepositoryPhase(rawValue: row["phase"]) else {
      throw ServiceError(.corruption, "cannot read a repository: its phase is not known")
    }
    var head: KnownAccount.Head?
    if let rev = row["rev"] as Int64?, let data = row.bytesIfPresent("data") {
      head = KnownAccount.Head(
        rev: TID(rawValue: UInt64(bitPattern: rev)),
        data: try CID(bytes: data)
      )
    }
    self.init(
      did: try DID(row["did"]),
      phase: phase,
      handle: try (row["handle"] as String?).map { text throws(SyntaxError) in try Handle(text) },
      status: HostedStatus(isActive: row["isActive"], status: row["status"]),
      identity: try SyncIdentity(stored: row),
      head: head,
      attempts: row["attempts"],
      nextAttemptAt: SyncTime(clamping: row["nextAttemptAt"] as Int64),
      error: row["error"]
    )
  }
}

extension SyncIdentity {
  fileprivate init?(stored row: Row) throws {
    guard let key = row["key"] as String?, let checkedAt = row["keyCheckedAt"] as Int64?,
      let pds = row["pds"] as String?
    else { return nil }
    self.init(
      signingKey: try PublicKey(multikey: key),
      pds: pds,
      checkedAt: SyncTime(clamping: checkedAt)
    )
  }
}
