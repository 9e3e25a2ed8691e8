package import ATProtoData

/// The stored data of a server, for maintenance, whether or not the server is running.
///
/// The target `SQLiteStorage` adds `init(dataDirectory:blobDirectory:)`.
public struct PDSData: Sendable {
  let store: any MaintainedPDSStore
  let blobs: any Blobstore

  package init(store: any MaintainedPDSStore, blobs: any Blobstore) {
    self.store = store
    self.blobs = blobs
  }

  public func close() throws {
    try store.close()
  }
}

/// A store that can be checked and copied while a server uses it.
package protocol MaintainedPDSStore: PDSStore {
  /// Problems of the store's own structure.
  func problems() throws -> [String]
  /// Copies a snapshot of the store to a directory, where it is not visible as a store until it is
  /// published.
  func snapshot(to directory: String) throws -> any PDSSnapshot
}

/// An unpublished copy of a store.
package protocol PDSSnapshot {
  /// A page of the blobs that accounts have in the copy, each once, ordered by text.
  func blobs(after cid: CID?, limit: Int) throws -> [CID]
  /// Makes the copy a separate database, with another name and with sequence numbers that the
  /// original will not assign, and then makes it visible. It is durable when this returns.
  ///
  /// - Returns: its size in bytes.
  func publish(as name: String) throws -> Int
  /// Removes the copy.
  func discard() throws
}
