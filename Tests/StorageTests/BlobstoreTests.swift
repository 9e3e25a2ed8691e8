import ATProtoData
import ATProtoHTTP
import ATProtoRepo
import PDS
import TestSupport
import Testing
import XRPC

/// A backend of ``Blobstore``. All backends must pass the suite; to add one, add a case.
enum BlobstoreBackend: CaseIterable, CustomTestStringConvertible, Sendable {
  case memory
  case file

  var testDescription: String { "\(self)" }

  /// Runs `body` with a new blobstore.
  func withBlobstore(_ body: (any Blobstore) async throws -> Void) async throws {
    let folder = try TemporaryFolder()
    let blobstore: any Blobstore =
      switch self {
      case .memory: MemoryBlobstore()
      case .file: try FileBlobstore(folder.path + "/blobs", of: "test", isEmpty: true)
      }
    defer { blobstore.close() }
    try await body(blobstore)
  }
}

extension Blobstore {
  /// Uploads bytes in chunks, without committing them.
  func upload(_ bytes: [UInt8], chunk: Int = 1000) async throws -> any BlobUpload {
    let upload = try await beginUpload()
    for start in stride(from: 0, to: bytes.count, by: chunk) {
      try await upload.append(Array(bytes[start..<min(start + chunk, bytes.count)]))
    }
    return upload
  }

  @discardableResult
  func put(_ bytes: [UInt8]) async throws -> CID {
    let upload = try await upload(bytes)
    let cid = try await upload.finish()
    try await upload.commit()
    return cid
  }

  func bytes(_ cid: CID, range: Range<Int>? = nil) async throws -> [UInt8]? {
    try await stream(cid, range: range)?.collect(upTo: 1 << 30)
  }

  func all() async throws -> [StoredBlob] {
    try await list().reduce(into: []) { $0 += $1 }
  }
}

@Suite struct BlobstoreTests {
  private static let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }

  @Test(
    "an upload becomes an object when it is committed, and not before",
    arguments: BlobstoreBackend.allCases
  )
  func uploadIsCommitted(_ backend: BlobstoreBackend) async throws {
    try await backend.withBlobstore { blobstore in
      let upload = try await blobstore.upload(Self.bytes)
      #expect(upload.size == Self.bytes.count && upload.start == Array(Self.bytes[..<16]))
      let cid = try await upload.finish()
      #expect(cid == CID(hashingRaw: Self.bytes))
      #expect(try await !blobstore.exists(cid))
      #expect(try await blobstore.stream(cid) == nil)
      #expect(try await blobstore.size(of: cid) == nil)
      #expect(try await blobstore.all().isEmpty)
      try await upload.commit()
      #expect(try await blobstore.exists(cid))
      #expect(try await blobstore.size(of: cid) == Self.bytes.count)
      let stream = try #require(try await blobstore.stream(cid))
      #expect(stream.length == Self.bytes.count)
      #expect(try await stream.collect(upTo: 1 << 30) == Self.bytes)
    }
  }

  @Test("an upload that is not committed leaves nothing", arguments: BlobstoreBackend.allCases)
  func droppedUploadLeavesNothing(_ backend: BlobstoreBackend) async throws {
    try await backend.withBlobstore { blobstore in
      _ = try await blobstore.upload(Self.bytes)
      let cid = try await blobstore.upload(Self.bytes).finish()
      #expect(try await !blobstore.exists(cid))
      #expect(try await blobstore.all().isEmpty)
    }
  }

  @Test(
    "a commit can be repeated, and restores an object that was deleted",
    arguments: BlobstoreBackend.allCases
  )
  func commitIsRepeatable(_ backend: BlobstoreBackend) async throws {
    try await backend.withBlobstore { blobstore in
      let upload = try await blobstore.upload(Self.bytes)
      let cid = try await upload.finish()
      try await upload.commit()
      try await upload.commit()
      // Another upload of the same bytes.
      #expect(try await blobstore.put(Self.bytes) == cid)
      #expect(try await blobstore.all().count == 1)
      try await blobstore.delete(cid)
      #expect(try await !blobstore.exists(cid))
      try await upload.commit()
      #expect(try await blobstore.bytes(cid) == Self.bytes)
    }
  }

  @Test(
    "a range is clamped to the object",
    arguments: BlobstoreBackend.allCases,
    [
      0..<1, 0..<300_000, 5..<5, 130_000..<270_001, 299_999..<300_000, 299_999..<400_000,
      400_000..<500_000,
    ]
  )
  func rangesAreClamped(_ backend: BlobstoreBackend, _ range: Range<Int>) async throws {
    try await backend.withBlobstore { blobstore in
      let cid = try await blobstore.put(Self.bytes)
      let stream = try #require(try await blobstore.stream(cid, range: range))
      let expected = Array(Self.bytes[range.clamped(to: 0..<Self.bytes.count)])
      #expect(stream.length == expected.count)
      #expect(try await stream.collect(upTo: 1 << 30) == expected)
    }
  }

  @Test("deleting an object that does not exist does nothing", arguments: BlobstoreBackend.allCases)
  func deletionIsIdempotent(_ backend: BlobstoreBackend) async throws {
    try await backend.withBlobstore { blobstore in
      let kept = try await blobstore.put([1])
      let cid = try await blobstore.put([2])
      try await blobstore.delete(cid)
      try await blobstore.delete(cid)
      #expect(try await blobstore.stream(cid) == nil)
      #expect(try await blobstore.size(of: cid) == nil)
      #expect(try await blobstore.bytes(kept) == [1])
    }
  }

  @Test("a list contains each object once, with size and age", arguments: BlobstoreBackend.allCases)
  func objectsAreListed(_ backend: BlobstoreBackend) async throws {
    try await backend.withBlobstore { blobstore in
      var sizes: [CID: Int] = [:]
      let start = currentSeconds()
      for size in 1...40 {
        sizes[try await blobstore.put([UInt8](repeating: 7, count: size))] = size
      }
      let listed = try await blobstore.all()
      #expect(listed.count == 40)
      #expect(Dictionary(uniqueKeysWithValues: listed.map { ($0.cid, $0.size) }) == sizes)
      // File systems may have a coarser clock.
      let times = start - 2...currentSeconds() + 2
      #expect(listed.allSatisfy { times.contains($0.storedAt) })
    }
  }

  @Test(
    "concurrent uploads of the same bytes create one object",
    arguments: BlobstoreBackend.allCases
  )
  func concurrentUploadsMakeOneObject(_ backend: BlobstoreBackend) async throws {
    try await backend.withBlobstore { blobstore in
      try await withThrowingTaskGroup(of: CID.self) { group in
        for _ in 0..<20 { group.addTask { try await blobstore.put(Self.bytes) } }
        for try await cid in group { #expect(cid == CID(hashingRaw: Self.bytes)) }
      }
      #expect(try await blobstore.all().count == 1)
      #expect(try await blobstore.bytes(CID(hashingRaw: Self.bytes)) == Self.bytes)
    }
  }
}
