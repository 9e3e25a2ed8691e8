package import ATProtoData
package import ATProtoHTTP
import ATProtoRepo
import Synchronization

/// The in-memory twin of ``FileBlobstore``.
package final class MemoryBlobstore: Blobstore {
  private struct Object {
    var bytes: [UInt8]
    /// Seconds since 1970.
    var storedAt: Int
  }

  private let objects = Mutex<[CID: Object]>([:])

  package init() {}

  package func beginUpload() -> any BlobUpload {
    MemoryBlobUpload(self)
  }

  fileprivate func insert(_ bytes: [UInt8], as cid: CID) {
    objects.withLock { objects in
      if objects[cid] != nil { return }
      objects[cid] = Object(bytes: bytes, storedAt: currentSeconds())
    }
  }

  package func stream(_ cid: CID, range: Range<Int>?) -> ByteStream? {
    guard let bytes = objects.withLock({ $0[cid]?.bytes }) else { return nil }
    let range = range?.clamped(to: bytes.indices) ?? bytes.indices
    return ByteStream(length: range.count) {
      var rest: ArraySlice<UInt8>? = bytes[range]
      return {
        defer { rest = nil }
        return rest.map(Array.init)
      }
    }
  }

  package func size(of cid: CID) -> Int? {
    objects.withLock { $0[cid]?.bytes.count }
  }

  package func delete(_ cid: CID) {
    objects.withLock { $0[cid] = nil }
  }

  package func list() -> AsyncThrowingStream<[StoredBlob], any Error> {
    let page = objects.withLock { objects in
      objects.map { StoredBlob(cid: $0, size: $1.bytes.count, storedAt: $1.storedAt) }
    }
    return AsyncThrowingStream { continuation in
      continuation.yield(page)
      continuation.finish()
    }
  }

  package func close() {}
}

private final class MemoryBlobUpload: BlobUpload {
  private let store: MemoryBlobstore
  private let bytes = Mutex<[UInt8]>([])

  init(_ store: MemoryBlobstore) {
    self.store = store
  }

  var start: [UInt8] { bytes.withLock { Array($0.prefix(MediaSniffer.length)) } }
  var size: Int { bytes.withLock { $0.count } }

  func append(_ more: [UInt8]) {
    bytes.withLock { $0 += more }
  }

  func finish() -> CID {
    CID(hashingRaw: bytes.withLock { $0 })
  }

  func commit() {
    store.insert(bytes.withLock { $0 }, as: finish())
  }
}
