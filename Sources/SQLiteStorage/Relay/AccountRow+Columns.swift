import ATProtoCrypto
import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import Foundation
import GRDB
import Relay
import ServiceKit

extension AccountRow {
  /// In the order of the table's columns.
  var columns: StatementArguments {
    let rev = rev.map { Int64(bitPattern: $0.rawValue) }
    return [
      id.rawValue, did.string, host.rawValue, local.rawValue, upstream.column, phase.rawValue, rev,
      data?.digest.data, commit?.digest.data, identity?.signingKey.column,
      identity?.checkedAt.column, identity?.pds,
    ]
  }

  init(_ row: Row) throws {
    guard let local = LocalStatus(rawValue: row["local"]),
      let phase = SyncPhase(rawValue: row["phase"])
    else { throw ServiceError(.corruption, "cannot read an account: its status is not known") }
    func cid(_ column: String) throws -> CID? {
      guard let digest = row.bytesIfPresent(column) else { return nil }
      guard digest.count == 32 else {
        throw ServiceError(.corruption, "cannot read an account: a digest is too short")
      }
      return CID(codec: .dagCBOR, sha256Digest: digest)
    }
    self.init(
      id: AccountID(rawValue: row["id"]),
      did: try DID(row["did"]),
      host: HostID(rawValue: row["host"]),
      local: local,
      upstream: HostedStatus(column: row["upstream"]),
      phase: phase,
      rev: (row["rev"] as Int64?).map { TID(rawValue: UInt64(bitPattern: $0)) },
      data: try cid("data"),
      commit: try cid("head"),
      identity: try SyncIdentity(row)
    )
  }
}

extension SyncIdentity {
  fileprivate init?(_ row: Row) throws {
    guard let key = row.bytesIfPresent("key"), let checkedAt = row["keyCheckedAt"] as Int64?,
      let pds = row["pds"] as String? ?? row["name"]
    else { return nil }
    self.init(
      signingKey: try PublicKey(column: key),
      pds: pds,
      checkedAt: SyncTime(column: checkedAt)
    )
  }
}

extension PublicKey {
  fileprivate var column: Data {
    Data([curve == .k256 ? 0 : 1] + compressed)
  }

  fileprivate init(column: [UInt8]) throws {
    try self.init(curve: column.first == 0 ? .k256 : .p256, point: Array(column.dropFirst()))
  }
}

extension HostedStatus {
  /// Nil for an active account in order. Hosts choose the status, so one that looks like a mark
  /// gets a mark of its own.
  fileprivate var column: String? {
    guard let status else { return nil }
    if isActive { return "+" + status }
    return status.hasPrefix("+") || status.hasPrefix("-") ? "-" + status : status
  }

  fileprivate init(column: String?) {
    guard let column else {
      self = .active
      return
    }
    switch column.first {
    case "+": self.init(isActive: true, status: String(column.dropFirst()))
    case "-": self.init(isActive: false, status: String(column.dropFirst()))
    default: self.init(isActive: false, status: column)
    }
  }
}
