import ATProtoCrypto
import ATProtoData
import ATProtoHTTP
import ATProtoRepo
import ATProtoSyntax
import ComAtprotoAPI
import ServiceKit
import XRPC

extension PDSData {
  /// The number of items that were checked.
  public struct Check: Sendable {
    public internal(set) var repositoryCount = 0
    public internal(set) var recordCount = 0
    public internal(set) var blockCount = 0
    public internal(set) var blobCount = 0
    public internal(set) var eventCount = 0
    public internal(set) var damageCount = 0
    public internal(set) var noticeCount = 0

    public var isSound: Bool { damageCount == 0 }
  }

  /// Checks all stored data. The server may be running. The check covers the structure of the
  /// database, each repository (all hashes, tree, signature, record index, blob references), the
  /// file of each blob, and each event of the firehose.
  ///
  /// Each repository is checked in a single snapshot, with a few bytes of memory for each of its
  /// blocks.
  ///
  /// - Parameter report: called with each finding.
  public func check(_ report: (PDSFinding) -> Void) async throws -> Check {
    var check = Check()
    func take(_ findings: [PDSFinding]) {
      for finding in findings {
        check.damageCount += finding.severity == .damage ? 1 : 0
        check.noticeCount += finding.severity == .notice ? 1 : 0
        report(finding)
      }
    }
    take(try store.problems().map { .damage("database", $0) })
    var cursor: String?
    repeat {
      let after = cursor
      let page = try await store.read { transaction in
        try transaction.repositories.page(after: after, limit: 500).map(\.head.did)
      }
      for did in page {
        let repository = await checkRepository(did)
        take(repository.findings)
        take(try await checkBlobs(of: did))
        check.repositoryCount += 1
        check.recordCount += repository.recordCount
        check.blockCount += repository.blockCount
      }
      cursor = page.last?.string
    } while cursor != nil
    for try await page in blobs.list() {
      for blob in page {
        check.blobCount += 1
        take(try await checkFile(blob.cid))
      }
    }
    var events = EventCheck()
    while true {
      let sequence = events.sequence
      let page = try await store.read { transaction in
        try transaction.sequence.frames(
          after: sequence,
          maximumCount: 1000,
          maximumBytes: 8 << 20
        )
      }
      if page.isEmpty { break }
      check.eventCount += page.count
      take(page.flatMap { events.take($0) })
    }
    return check
  }

  private func checkRepository(_ did: DID) async -> RepositoryCheck {
    do {
      return try await store.read { transaction in RepositoryCheck(of: did, in: transaction) }
    } catch {
      return RepositoryCheck(unreadable: did, error)
    }
  }

  /// The blobs that an account has according to the blob index.
  private func checkBlobs(of did: DID) async throws -> [PDSFinding] {
    let held = try await store.read { transaction in
      try transaction.blobs.held(of: did).map { try transaction.blobs.blob($0, of: did) }
    }
    var findings: [PDSFinding] = []
    for case let blob? in held {
      let size = try await blobs.size(of: blob.cid)
      if size == blob.size { continue }
      // It may have been deleted since.
      if size == nil, try await !holds(blob.cid) { continue }
      let text = size.map { "it has \($0) bytes in place of \(blob.size)" } ?? "its file is missing"
      findings.append(.damage("blob \(blob.cid)", "\(text) (\(did))"))
    }
    return findings
  }

  private func checkFile(_ cid: CID) async throws -> [PDSFinding] {
    let subject = "blob \(cid)"
    do {
      // Nil if it has been deleted since.
      guard let bytes = try await blobs.stream(cid) else { return [] }
      var hasher = SHA256()
      for try await chunk in bytes { hasher.update(chunk) }
      guard CID(codec: .raw, digest: hasher.finalize()) == cid else {
        return [.damage(subject, "its bytes are not those of its CID")]
      }
    } catch {
      return [.damage(subject, "it cannot be read: \(error)")]
    }
    if try await holds(cid) { return [] }
    return [.notice(subject, "no account has it; the server will delete it")]
  }

  /// Whether any account currently has the blob.
  private func holds(_ cid: CID) async throws -> Bool {
    try await store.read { transaction in try transaction.blobs.isHeld(cid) }
  }
}
