import ATProtoData
import ATProtoSyntax
import ServiceKit

/// Keeps the blob index of a ``PDSStore`` consistent with the objects of a ``Blobstore``, so that
/// each row has its object, even though transactions do not include objects.
///
/// An upload of bytes that are being deleted must not end with a row whose object is missing.
/// Deletions therefore leave marks in the store (``BlobDeletion``), each with its own number:
///
///     deletion  D1 transaction: if no row has the blob and no deletion of it is running,
///                  mark it (generation g, unfinished)
///               D2 delete the object
///               D3 transaction: mark generation g finished
///     upload    U1 read the mark; wait while it is unfinished
///               U2 commit the object, which does nothing if it exists
///               U3 transaction: if the mark is still that of U1, insert the row; else repeat
///
/// Suppose U3 inserts the row, and consider any deletion of the same blob. Transactions are
/// serializable, so D1 is before U1, between U1 and U3, or after U3.
///
/// - D1 before U1: U1 read generation g or a later one, finished. A later one began after g was
///   finished. So D2 was over before U2, which restored the object.
/// - D1 between U1 and U3: the mark changed to g, which no earlier mark had, so U3 did not insert.
/// - D1 after U3: D1 found the row and marked nothing, so D2 did not delete.
///
/// Hence the object exists once the row does. Two time limits complete the argument. An unfinished
/// deletion is taken over only if its process is gone, or if it began more than ``abandonedAge``
/// ago, so that its D2 has failed and does not come later. And a finished mark is forgotten only
/// after ``rememberedAge``, while an upload that takes longer than ``commitLimit`` from U1 to U3
/// repeats, so that U3 does not miss a mark.
///
/// A crash leaves at most an object without a row, which ``sweep(storedBefore:)`` deletes.
struct BlobLifecycle: Sendable {
  /// The time after which an unfinished deletion is repeated, in seconds.
  static let abandonedAge = 3600
  /// The time for which finished deletions are remembered, in seconds.
  static let rememberedAge = 86_400
  /// The longest time from U1 to U3.
  static let commitLimit = Duration.seconds(3600)

  let store: any PDSStore
  let blobstore: any Blobstore
  /// The start of this process, in seconds since 1970. Deletions that began earlier belong to a
  /// process that has ended.
  private let startedAt = currentSeconds()

  init(_ store: any PDSStore, _ blobstore: any Blobstore) {
    self.store = store
    self.blobstore = blobstore
  }

  /// Commits a finished upload and registers it in the transaction that ensures that its object
  /// exists.
  ///
  /// - Parameter register: inserts the row. If it throws, the object is left for the sweep.
  func commit<Value: Sendable>(
    _ upload: any BlobUpload,
    as cid: CID,
    _ register: @escaping @Sendable (any PDSTransaction) throws -> Value
  ) async throws -> Value {
    // Deletions take milliseconds.
    for _ in 0..<100 {
      let start = ContinuousClock.now
      let deletion = try await store.read { transaction in try transaction.blobs.deletion(of: cid) }
      guard deletion?.isFinished != false else {
        try await Task.sleep(for: .milliseconds(50))
        continue
      }
      try await upload.commit()
      let isTooLate = ContinuousClock.now - start > Self.commitLimit
      let registered = try await store.write { transaction -> Value? in
        guard try !isTooLate && transaction.blobs.deletion(of: cid) == deletion else { return nil }
        return try register(transaction)
      }
      if let registered { return registered }
    }
    throw ServiceError(.storage, "cannot store the blob \(cid): it is being deleted")
  }

  /// Deletes the objects of blobs that no account has, unless they are already being deleted.
  ///
  /// - Returns: the number of deleted objects.
  @discardableResult
  func delete(_ cids: [CID]) async throws -> Int {
    try await delete(cids, abandonedBefore: 0)
  }

  private func delete(_ cids: [CID], abandonedBefore abandoned: Int) async throws -> Int {
    var count = 0
    for start in stride(from: 0, to: cids.count, by: 500) {
      let page = Array(cids[start..<min(start + 500, cids.count)])
      let generation = Int.random(in: 0...Int.max)
      let marked = try await store.write { transaction in
        try transaction.blobs.beginDeletion(
          of: page,
          as: generation,
          at: currentSeconds(),
          abandonedBefore: abandoned
        )
      }
      if marked.isEmpty { continue }
      for cid in marked { try await blobstore.delete(cid) }
      try await store.write { transaction in
        try transaction.blobs.finishDeletion(of: marked, as: generation, at: currentSeconds())
      }
      count += marked.count
    }
    return count
  }

  /// Repeats deletions that a crash or an error interrupted, and removes the marks of old ones.
  func resumeDeletions() async throws {
    let now = currentSeconds()
    let cutoff = max(startedAt, now - Self.abandonedAge)
    while true {
      let cids = try await store.read { transaction in
        try transaction.blobs.unfinishedDeletions(before: cutoff, limit: 500)
      }
      guard !cids.isEmpty, try await delete(cids, abandonedBefore: cutoff) > 0 else { break }
    }
    try await store.write { transaction in
      try transaction.blobs.forgetDeletions(before: now - Self.rememberedAge)
    }
  }

  /// Deletes objects that no account has, which a crash can leave behind between committing an
  /// object and registering it. Recent objects are kept: there is no hurry, and an operator who
  /// started a server with the wrong settings has time to notice.
  ///
  /// - Parameter seconds: in seconds since 1970.
  /// - Returns: the number of deleted objects.
  func sweep(storedBefore seconds: Int) async throws -> Int {
    var count = 0
    for try await page in blobstore.list() {
      let old = page.filter { $0.storedAt <= seconds }.map(\.cid)
      count += try await delete(old)
    }
    return count
  }
}
