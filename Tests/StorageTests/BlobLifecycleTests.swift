import ATProtoData
import ATProtoHTTP
import ATProtoRepo
import ATProtoSyntax
import Synchronization
import TestSupport
import Testing
import XRPC

@testable import PDS

/// A blobstore that runs hooks at the steps of ``BlobLifecycle``.
private final class HookedBlobstore: Blobstore {
  typealias Hook = @Sendable () async throws -> Void

  let base: any Blobstore
  /// Runs once, between D1 and D2.
  let beforeDelete = Mutex<Hook?>(nil)
  /// Runs once, between U2 and U3.
  let afterCommit = Mutex<Hook?>(nil)
  let commitCount = Atomic(0)

  init(_ base: any Blobstore) {
    self.base = base
  }

  private static func take(_ hook: borrowing Mutex<Hook?>) -> Hook? {
    hook.withLock { hook in
      defer { hook = nil }
      return hook
    }
  }

  func beginUpload() async throws -> any BlobUpload {
    HookedUpload(try await base.beginUpload(), self)
  }

  func stream(_ cid: CID, range: Range<Int>?) async throws -> ByteStream? {
    try await base.stream(cid, range: range)
  }

  func size(of cid: CID) async throws -> Int? { try await base.size(of: cid) }

  func delete(_ cid: CID) async throws {
    try await Self.take(beforeDelete)?()
    try await base.delete(cid)
  }

  func list() -> AsyncThrowingStream<[StoredBlob], any Error> { base.list() }

  func close() { base.close() }

  private final class HookedUpload: BlobUpload {
    private let base: any BlobUpload
    private let store: HookedBlobstore

    init(_ base: any BlobUpload, _ store: HookedBlobstore) {
      self.base = base
      self.store = store
    }

    var start: [UInt8] { base.start }
    var size: Int { base.size }
    func append(_ bytes: [UInt8]) async throws { try await base.append(bytes) }
    func finish() async throws -> CID { try await base.finish() }

    func commit() async throws {
      try await base.commit()
      store.commitCount.add(1, ordering: .sequentiallyConsistent)
      try await HookedBlobstore.take(store.afterCommit)?()
    }
  }
}

/// The interleavings of an upload and a deletion of the same bytes, with the steps named in
/// ``BlobLifecycle``.
@Suite struct BlobLifecycleTests {
  private static let bytes: [UInt8] = [1, 2, 3]
  private static let cid = CID(hashingRaw: bytes)
  private static let alice = Sample.did("alice")

  private func withLifecycle(
    _ backend: BlobstoreBackend = .memory,
    _ body: (BlobLifecycle, HookedBlobstore) async throws -> Void
  ) async throws {
    let store = MemoryPDSStore()
    try await store.insertAccounts("alice")
    try await backend.withBlobstore { base in
      let blobstore = HookedBlobstore(base)
      try await body(BlobLifecycle(store, blobstore), blobstore)
    }
  }

  private static func upload(_ lifecycle: BlobLifecycle, _ bytes: [UInt8] = bytes) async throws {
    let upload = try await lifecycle.blobstore.upload(bytes)
    let cid = try await upload.finish()
    try await lifecycle.commit(upload, as: cid) { transaction throws in
      try transaction.blobs.insert(
        BlobEntry(cid: cid, mimeType: "a/b", size: bytes.count, uploadedAt: 1),
        of: alice
      )
    }
  }

  private func hasRow(_ lifecycle: BlobLifecycle) async throws -> Bool {
    try await lifecycle.store.read { try $0.blobs.isHeld(Self.cid) }
  }

  @Test(
    "U1 U2 U3 D: a deletion after the upload leaves the object",
    arguments: BlobstoreBackend.allCases
  )
  func deletionAfterUploadLeavesObject(_ backend: BlobstoreBackend) async throws {
    try await withLifecycle(backend) { lifecycle, blobstore in
      try await Self.upload(lifecycle)
      #expect(try await lifecycle.delete([Self.cid]) == 0)
      #expect(try await blobstore.exists(Self.cid))
      #expect(try await hasRow(lifecycle))
      // Once the row is removed, the object is deleted.
      try await lifecycle.store.write { try $0.blobs.remove(Self.cid, of: Self.alice) }
      #expect(try await lifecycle.delete([Self.cid]) == 1)
      #expect(try await !blobstore.exists(Self.cid))
    }
  }

  @Test(
    "U1 U2 D1 D2 D3 U3: an upload whose object was deleted commits it again",
    arguments: BlobstoreBackend.allCases
  )
  func uploadCommitsAgain(_ backend: BlobstoreBackend) async throws {
    try await withLifecycle(backend) { lifecycle, blobstore in
      blobstore.afterCommit.withLock {
        $0 = { () async throws in
          #expect(try await lifecycle.delete([Self.cid]) == 1)
          #expect(try await !blobstore.exists(Self.cid))
        }
      }
      try await Self.upload(lifecycle)
      #expect(blobstore.commitCount.load(ordering: .sequentiallyConsistent) == 2)
      #expect(try await blobstore.exists(Self.cid))
      #expect(try await hasRow(lifecycle))
    }
  }

  @Test("U1 U2 D1 U3 D2 D3: an upload does not insert its row while the object is being deleted")
  func uploadWaitsBeforeItsRow() async throws {
    try await withLifecycle { lifecycle, blobstore in
      let (begun, hasBegun) = AsyncStream<Void>.makeStream()
      let (released, release) = AsyncStream<Void>.makeStream()
      blobstore.beforeDelete.withLock {
        $0 = {
          hasBegun.yield()
          // U3 runs, and is repeated, before D2.
          _ = await released.first { _ in true }
          let isHeld = try await lifecycle.store.read { try $0.blobs.isHeld(Self.cid) }
          #expect(!isHeld)
          #expect(blobstore.commitCount.load(ordering: .sequentiallyConsistent) == 1)
        }
      }
      let deletion = Mutex<Task<Int, any Error>?>(nil)
      blobstore.afterCommit.withLock {
        $0 = {
          let task = Task { try await lifecycle.delete([Self.cid]) }
          deletion.withLock { $0 = task }
          _ = await begun.first { _ in true }
          // D2 continues long after U3.
          Task {
            try await Task.sleep(for: .milliseconds(200))
            release.yield()
          }
        }
      }
      try await Self.upload(lifecycle)
      #expect(try await deletion.withLock { $0 }?.value == 1)
      #expect(blobstore.commitCount.load(ordering: .sequentiallyConsistent) == 2)
      #expect(try await blobstore.exists(Self.cid))
      #expect(try await hasRow(lifecycle))
    }
  }

  @Test("D1 U1 D2 D3 U2 U3: an upload does not commit while the object is being deleted")
  func uploadWaitsBeforeItsCommit() async throws {
    try await withLifecycle { lifecycle, blobstore in
      try await blobstore.put(Self.bytes)
      let upload = Mutex<Task<Void, any Error>?>(nil)
      let before = blobstore.commitCount.load(ordering: .sequentiallyConsistent)
      blobstore.beforeDelete.withLock {
        $0 = {
          let task = Task { try await Self.upload(lifecycle) }
          upload.withLock { $0 = task }
          // Time for several attempts at U1.
          try await Task.sleep(for: .milliseconds(200))
          #expect(blobstore.commitCount.load(ordering: .sequentiallyConsistent) == before)
        }
      }
      #expect(try await lifecycle.delete([Self.cid]) == 1)
      try await upload.withLock { $0 }?.value
      #expect(try await blobstore.exists(Self.cid))
      #expect(try await hasRow(lifecycle))
    }
  }

  @Test("a second deletion does not affect one in progress, so neither deletes late")
  func deletionsDoNotOverlap() async throws {
    try await withLifecycle { lifecycle, blobstore in
      try await blobstore.put(Self.bytes)
      blobstore.beforeDelete.withLock {
        $0 = { () async throws in
          #expect(try await lifecycle.delete([Self.cid]) == 0)
        }
      }
      #expect(try await lifecycle.delete([Self.cid]) == 1)
      let deletion = try await lifecycle.store.read { try $0.blobs.deletion(of: Self.cid) }
      #expect(deletion?.isFinished == true)
      #expect(try await !blobstore.exists(Self.cid))
    }
  }

  @Test("a deletion that a crash interrupted is repeated, and uploads continue")
  func interruptedDeletionIsRepeated() async throws {
    try await withLifecycle { lifecycle, blobstore in
      try await blobstore.put(Self.bytes)
      // D1 of a process that has died.
      try await lifecycle.store.write { transaction throws in
        _ = try transaction.blobs.beginDeletion(
          of: [Self.cid],
          as: 1,
          at: currentSeconds() - 10,
          abandonedBefore: 0
        )
      }
      try await lifecycle.resumeDeletions()
      #expect(try await !blobstore.exists(Self.cid))
      #expect(
        try await lifecycle.store.read { try $0.blobs.deletion(of: Self.cid)?.isFinished } == true
      )
      try await Self.upload(lifecycle)
      #expect(try await blobstore.exists(Self.cid))
      #expect(try await hasRow(lifecycle))
    }
  }

  @Test("a deletion in progress is not repeated, and finished ones are forgotten after a day")
  func runningDeletionIsLeft() async throws {
    try await withLifecycle { lifecycle, _ in
      let (running, old) = (Sample.cid("running"), Sample.cid("old"))
      let now = currentSeconds()
      try await lifecycle.store.write { transaction throws in
        let blobs = transaction.blobs
        _ = try blobs.beginDeletion(of: [running], as: 1, at: now, abandonedBefore: 0)
        _ = try blobs.beginDeletion(of: [old, Self.cid], as: 2, at: now, abandonedBefore: 0)
        try blobs.finishDeletion(of: [old], as: 2, at: now - BlobLifecycle.rememberedAge - 1)
        try blobs.finishDeletion(of: [Self.cid], as: 2, at: now)
      }
      try await lifecycle.resumeDeletions()
      try await lifecycle.store.read { transaction throws in
        let blobs = transaction.blobs
        #expect(
          try blobs.deletion(of: running) == BlobDeletion(generation: 1, isFinished: false)
        )
        #expect(try blobs.deletion(of: old) == nil)
        #expect(try blobs.deletion(of: Self.cid)?.isFinished == true)
      }
    }
  }

  @Test("a failed deletion stays unfinished, and is repeated after a while")
  func failedDeletionIsRepeated() async throws {
    try await withLifecycle { lifecycle, blobstore in
      try await blobstore.put(Self.bytes)
      blobstore.beforeDelete.withLock { $0 = { throw Refused() } }
      await #expect(throws: Refused.self) { try await lifecycle.delete([Self.cid]) }
      #expect(
        try await lifecycle.store.read { try $0.blobs.deletion(of: Self.cid)?.isFinished } == false
      )
      // An hour later.
      try await lifecycle.store.write { transaction throws in
        _ = try transaction.blobs.beginDeletion(
          of: [Self.cid],
          as: 9,
          at: currentSeconds() - BlobLifecycle.abandonedAge - 1,
          abandonedBefore: currentSeconds() + 1
        )
      }
      try await lifecycle.resumeDeletions()
      #expect(try await !blobstore.exists(Self.cid))
    }
  }

  @Test(
    "a registration that throws leaves an object for the sweep, and no row",
    arguments: BlobstoreBackend.allCases
  )
  func refusedRegistrationLeavesNoRow(_ backend: BlobstoreBackend) async throws {
    try await withLifecycle(backend) { lifecycle, blobstore in
      let upload = try await blobstore.upload(Self.bytes)
      let cid = try await upload.finish()
      await #expect(throws: Refused.self) {
        try await lifecycle.commit(upload, as: cid) { _ in throw Refused() }
      }
      #expect(try await blobstore.exists(cid))
      #expect(try await !hasRow(lifecycle))
      // Recent objects are kept.
      #expect(try await lifecycle.sweep(storedBefore: currentSeconds() - 3600) == 0)
      #expect(try await blobstore.exists(cid))
      try await Self.upload(lifecycle, [9])
      #expect(try await lifecycle.sweep(storedBefore: currentSeconds() + 3600) == 1)
      #expect(try await !blobstore.exists(cid))
      #expect(try await blobstore.all().count == 1)
    }
  }

  @Test(
    "each row has its object, however uploads and deletions coincide",
    arguments: BlobstoreBackend.allCases
  )
  func rowsHaveObjects(_ backend: BlobstoreBackend) async throws {
    try await withLifecycle(backend) { lifecycle, blobstore in
      let contents: [[UInt8]] = [[1], [2]]
      try await withThrowingTaskGroup(of: Void.self) { group in
        for index in 0..<8 {
          group.addTask {
            for round in 0..<20 {
              let bytes = contents[(index + round) % 2]
              let cid = CID(hashingRaw: bytes)
              if index % 2 == 0 {
                try await Self.upload(lifecycle, bytes)
                continue
              }
              try await lifecycle.store.write { try $0.blobs.remove(cid, of: Self.alice) }
              try await lifecycle.delete([cid])
            }
          }
        }
        try await group.waitForAll()
      }
      for bytes in contents {
        let cid = CID(hashingRaw: bytes)
        let isHeld = try await lifecycle.store.read { try $0.blobs.isHeld(cid) }
        #expect(try await isHeld == blobstore.exists(cid))
      }
    }
  }
}
