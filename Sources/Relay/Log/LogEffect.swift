import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import ServiceKit

// The effect of a record, which recovery applies again. All integers are little-endian.
//
//   effect      = version account host local phase flags rev [data] [commit] text16(did)
//                 active text8(status) update
//   version     = %x01                   one byte, as are local, phase, flags, and active
//   flags       = 1: has a rev, 2: has a root, 4: has a commit
//   update      = %x00 / %x01 collections collections / %x02 collections
//   collections = count32 *text16

/// What a record of the log changes: the account's row, except its identity, and its collections.
struct LogEffect: Hashable {
  /// More collections of one repository are not indexed.
  static let maximumCollections = 2_000

  private static let version: UInt8 = 1

  var row: AccountRow
  var update: CollectionUpdate?

  init(_ row: AccountRow, _ update: CollectionUpdate?) {
    self.row = row
    self.update = update
  }

  var bytes: [UInt8] {
    var bytes: [UInt8] = [Self.version]
    bytes.reserveCapacity(160)
    bytes.append(littleEndian: row.id.rawValue)
    bytes.append(littleEndian: row.host.rawValue)
    bytes.append(row.local.rawValue)
    bytes.append(row.phase.rawValue)
    bytes.append((row.rev == nil ? 0 : 1) | (row.data == nil ? 0 : 2) | (row.commit == nil ? 0 : 4))
    bytes.append(littleEndian: row.rev?.rawValue ?? 0)
    if let data = row.data { bytes += data.digest }
    if let commit = row.commit { bytes += commit.digest }
    bytes.append(littleEndian: UInt16(row.did.string.utf8.count))
    bytes += row.did.string.utf8
    bytes.append(row.upstream.isActive ? 1 : 0)
    let status = row.upstream.status ?? ""
    bytes.append(UInt8(status.utf8.count))
    bytes += status.utf8
    switch update {
    case nil: bytes.append(0)
    case .changes(let changes):
      bytes.append(1)
      Self.append(changes.appeared, to: &bytes)
      Self.append(changes.vanished, to: &bytes)
    case .replacement(let collections):
      bytes.append(2)
      Self.append(collections, to: &bytes)
    }
    return bytes
  }

  private static func append(_ collections: Set<NSID>, to bytes: inout [UInt8]) {
    bytes.append(littleEndian: UInt32(collections.count))
    for collection in collections {
      bytes.append(littleEndian: UInt16(collection.string.utf8.count))
      bytes += collection.string.utf8
    }
  }

  /// Throws ``ServiceError/Code/corruption`` if the bytes are not an effect.
  init(bytes: [UInt8]) throws {
    var reader = LittleEndianReader(bytes[...])
    guard let effect = try Self.read(&reader), reader.isAtEnd else {
      throw ServiceError(.corruption, "cannot read the effect of a record of the log")
    }
    self = effect
  }

  private static func read(_ reader: inout LittleEndianReader) throws -> LogEffect? {
    guard reader.integer(UInt8.self) == version,
      let id = reader.integer(UInt32.self),
      let host = reader.integer(UInt32.self),
      let local = reader.integer(UInt8.self).flatMap(LocalStatus.init),
      let phase = reader.integer(UInt8.self).flatMap(SyncPhase.init),
      let flags = reader.integer(UInt8.self),
      let rev = reader.integer(UInt64.self)
    else { return nil }
    func cid(_ flag: UInt8) -> CID?? {
      guard flags & flag != 0 else { return .some(nil) }
      return reader.bytes(32).map { CID(codec: .dagCBOR, sha256Digest: Array($0)) }
    }
    guard let data = cid(2), let commit = cid(4),
      let did = reader.integer(UInt16.self).flatMap({ reader.text(Int($0)) }),
      let isActive = reader.integer(UInt8.self),
      let status = reader.integer(UInt8.self).flatMap({ reader.text(Int($0)) }),
      let update = try update(&reader)
    else { return nil }
    return LogEffect(
      AccountRow(
        id: AccountID(rawValue: id),
        did: try DID(did),
        host: HostID(rawValue: host),
        local: local,
        upstream: HostedStatus(isActive: isActive == 1, status: status.isEmpty ? nil : status),
        phase: phase,
        rev: flags & 1 == 0 ? nil : TID(rawValue: rev),
        data: data,
        commit: commit
      ),
      update
    )
  }

  private static func update(_ reader: inout LittleEndianReader) throws -> CollectionUpdate?? {
    switch reader.integer(UInt8.self) {
    case 0: return .some(nil)
    case 1:
      guard let appeared = try collections(&reader), let vanished = try collections(&reader) else {
        return nil
      }
      return .changes(CollectionChanges(appeared: appeared, vanished: vanished))
    case 2: return try collections(&reader).map { .replacement($0) }
    default: return nil
    }
  }

  private static func collections(_ reader: inout LittleEndianReader) throws -> Set<NSID>? {
    guard let count = reader.integer(UInt32.self) else { return nil }
    var collections: Set<NSID> = []
    for _ in 0..<count {
      guard let text = reader.integer(UInt16.self).flatMap({ reader.text(Int($0)) }) else {
        return nil
      }
      collections.insert(try NSID(text))
    }
    return collections
  }
}

extension CollectionUpdate {
  /// The update, without collections beyond the number that is indexed.
  var bounded: CollectionUpdate {
    guard case .replacement(let all) = self, all.count > LogEffect.maximumCollections else {
      return self
    }
    let kept = all.sorted { $0.string < $1.string }.prefix(LogEffect.maximumCollections)
    return .replacement(Set(kept))
  }
}
