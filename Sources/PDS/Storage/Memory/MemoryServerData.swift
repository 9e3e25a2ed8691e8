import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import ServiceKit
import XRPCServer

struct MemorySecrets: SecretStore {
  let transaction: MemoryPDSTransaction

  func secret(_ name: String) -> [UInt8]? { transaction.state.secrets[name] }

  func setSecret(_ name: String, _ value: [UInt8]) throws {
    try transaction.change { $0.secrets[name] = value }
  }
}

struct MemoryPreferences: PreferenceStore {
  let transaction: MemoryPDSTransaction

  func preferences(of did: DID) -> [StoredPreference] { transaction.state.preferences[did] ?? [] }

  func setPreferences(_ preferences: [StoredPreference], of did: DID) throws {
    guard !preferences.isEmpty else { return try transaction.change { $0.preferences[did] = nil } }
    try transaction.change(of: did) { $0.preferences[did] = preferences }
  }
}

struct MemoryTakedowns: TakedownStore {
  let transaction: MemoryPDSTransaction

  func reference(of subject: TakedownSubject) -> String? { transaction.state.takedowns[subject] }

  func set(_ reference: String?, of subject: TakedownSubject) throws {
    switch subject {
    case .account(let did): try transaction.accounts.set(.takendown, reference != nil, of: did)
    case .blob(let did, let cid):
      try transaction.blobs.setTakenDown(cid, reference != nil, of: did)
    case .record: break
    }
    guard let reference else { return try transaction.change { $0.takedowns[subject] = nil } }
    try transaction.change(of: subject.did) { $0.takedowns[subject] = reference }
  }

  func recordKeys(of did: DID, in collection: NSID) -> Set<String> {
    let keys = transaction.state.takedowns.keys.compactMap { subject -> String? in
      guard case .record(did, let path) = subject, path.collection == collection else { return nil }
      return path.recordKey.string
    }
    return Set(keys)
  }
}

struct MemorySequence: EventLogStore {
  let transaction: MemoryPDSTransaction

  func append(
    _ key: String,
    _ frame: (_ sequence: Int, _ instant: Datetime.Instant) throws -> [UInt8]
  ) throws {
    try transaction.change { try $0.events.append(key, frame) }
  }

  func window() -> ClosedRange<Int>? { transaction.state.events.window() }

  func frames(after sequence: Int, maximumCount: Int, maximumBytes: Int) -> [SequencedFrame] {
    transaction.state.events.frames(
      after: sequence,
      maximumCount: maximumCount,
      maximumBytes: maximumBytes
    )
  }

  func removeEvents(before milliseconds: Int, limit: Int) throws -> Bool {
    try transaction.change { $0.events.removeEvents(before: milliseconds, limit: limit) }
  }

  func removeEvents(of key: String) throws {
    try transaction.change { $0.events.removeEvents(of: key) }
  }
}
