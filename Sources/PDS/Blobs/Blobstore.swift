package import ATProtoData
package import ATProtoHTTP

/// The bytes of blobs by CID: files, or objects of a storage service. ``FileBlobstore`` and its
/// in-memory twin ``MemoryBlobstore`` pass the same conformance suite.
///
/// A blobstore does not know about accounts, and transactions of a ``PDSStore`` do not include it;
/// ``BlobLifecycle`` keeps the two consistent. An object is complete and durable as soon as it
/// exists, and never changes.
package protocol Blobstore: Sendable {
  /// Begins an upload, which becomes an object only when it is committed.
  func beginUpload() async throws -> any BlobUpload

  /// The bytes of an object, or a range of them; nil if it does not exist. An object that is
  /// deleted during a read can still be read to its end.
  ///
  /// - Parameter range: clamped to the object's bytes; nil reads all of them.
  func stream(_ cid: CID, range: Range<Int>?) async throws -> ByteStream?
  /// The size of an object in bytes; nil if it does not exist.
  func size(of cid: CID) async throws -> Int?
  /// Deletes an object. Does nothing if it does not exist.
  func delete(_ cid: CID) async throws

  /// All objects, in pages of any size and order. Objects that are added or deleted during the
  /// listing may or may not be included.
  func list() -> AsyncThrowingStream<[StoredBlob], any Error>

  /// Releases the resources that this process holds, such as locks.
  func close()
}

/// A blob that is being uploaded to a ``Blobstore``. If the upload is deallocated before it is
/// committed, the blob is discarded.
package protocol BlobUpload: AnyObject, Sendable {
  /// The first bytes, which identify the media type; at most ``MediaSniffer/length``.
  var start: [UInt8] { get }
  /// The number of bytes so far.
  var size: Int { get }

  func append(_ bytes: [UInt8]) async throws
  /// Ends the upload and returns its CID. Nothing can be appended after it.
  func finish() async throws -> CID
  /// Makes the finished upload an object. It is durable when this returns. Does nothing if the
  /// object exists. Can be repeated if the object has been deleted since.
  func commit() async throws
}

package struct StoredBlob: Hashable, Sendable {
  package var cid: CID
  /// In bytes.
  package var size: Int
  /// Seconds since 1970.
  package var storedAt: Int

  package init(cid: CID, size: Int, storedAt: Int) {
    self.cid = cid
    self.size = size
    self.storedAt = storedAt
  }
}

extension Blobstore {
  package func stream(_ cid: CID) async throws -> ByteStream? {
    try await stream(cid, range: nil)
  }

  package func exists(_ cid: CID) async throws -> Bool {
    try await size(of: cid) != nil
  }
}
