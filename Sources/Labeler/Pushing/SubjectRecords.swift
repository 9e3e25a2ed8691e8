import ATProtoCrypto
import ATProtoData
package import ATProtoHTTP
package import ATProtoIdentity
package import ATProtoSyntax
import ComAtprotoAPI
import ServiceKit
import Synchronization
import XRPC
import XRPCClient

/// Copies of the records that were reported, so that moderators see what was reported after it is
/// gone.
package final class SubjectRecords: Sendable {
  private let store: any LabelerStore
  private let directory: any IdentityDirectory
  private let transport: any HTTPTransport
  private let now: @Sendable () -> Int
  private let slots = AsyncSemaphore(4)
  private let waiting = Atomic(0)

  /// Beyond that, records are not copied: a flood of reports must not fill the memory.
  static let maximumWaiting = 10_000
  static let maximumBytes = 1 << 20
  /// Of records that are copied because of a report. Larger ones are fetched when they are looked at.
  static let maximumCopiedBytes = 128 << 10
  /// Milliseconds for which a copy stands for the current version.
  static let freshness = 600_000

  /// - Parameter transport: for URLs in the DID documents of accounts.
  package init(
    store: any LabelerStore,
    directory: any IdentityDirectory,
    transport: any HTTPTransport,
    now: @escaping @Sendable () -> Int = { Datetime.Instant.now.wholeMilliseconds }
  ) {
    self.store = store
    self.directory = directory
    self.transport = transport
    self.now = now
  }

  /// Copies a record unless this version is stored already. Returns immediately.
  package func keep(_ uri: ATURI, cid: String?) {
    guard waiting.add(1, ordering: .relaxed).newValue <= Self.maximumWaiting else {
      waiting.subtract(1, ordering: .relaxed)
      return
    }
    Task {
      // A record that cannot be fetched is shown without its content.
      _ = try? await slots.run {
        try await record(uri, cid: cid, maximumBytes: Self.maximumCopiedBytes)
      }
      waiting.subtract(1, ordering: .relaxed)
    }
  }

  /// Returns a version of a record, or the current one, from storage or from the account's PDS; nil if
  /// neither has it.
  package func record(_ uri: ATURI, cid: String?) async throws -> SubjectRecord? {
    try await record(uri, cid: cid, maximumBytes: Self.maximumBytes)
  }

  private func record(
    _ uri: ATURI,
    cid: String?,
    maximumBytes: Int
  ) async throws -> SubjectRecord? {
    let known = try await stored(uri, cid: cid)
    if let known, cid != nil || now() < known.fetchedAt + Self.freshness { return known }
    guard let fetched = await fetched(uri, maximumBytes) else { return known }
    try await store.write { transaction throws in try transaction.records.save(fetched) }
    return cid == nil || fetched.cid == cid ? fetched : nil
  }

  /// Returns a version of a record, or the one that was fetched last, without using the network.
  package func stored(_ uri: ATURI, cid: String?) async throws -> SubjectRecord? {
    try await store.read { transaction throws in
      try transaction.records.record(uri.string, cid: cid)
    }
  }

  private func fetched(_ uri: ATURI, _ maximumBytes: Int) async -> SubjectRecord? {
    guard let did = uri.authority.did, let collection = uri.collection,
      let recordKey = uri.recordKey, let pds = try? await directory.document(of: did).pds
    else { return nil }
    let client = XRPCClient(
      service: ServiceEndpoint(pds),
      transport: transport,
      options: TransportOptions(timeout: .seconds(5), maximumResponseBytes: maximumBytes),
      retry: .never
    )
    let found = try? await client.comAtproto.repo.getRecord(
      ComAtproto.Repo.GetRecord.Parameters(
        repo: FormatString(did.string),
        collection: FormatString(collection),
        rkey: FormatString(recordKey)
      )
    )
    guard let output = found else { return nil }
    // The PDS may be anyone's: the CID must be that of what is shown.
    let digest = SHA256.hash(output.value.cborBytes()).bytes
    let cid = CID(codec: .dagCBOR, sha256Digest: digest).string
    guard output.cid?.string == cid else { return nil }
    return SubjectRecord(uri: uri.string, cid: cid, value: output.value, fetchedAt: now())
  }
}
