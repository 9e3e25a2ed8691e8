package import ATProtoData

/// The stored data of a server, for maintenance: while the server runs, or without it.
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
  /// Copies the store as of one moment to a directory, where it is not visible as a store until it
  /// is published.
  func snapshot(to directory: String) throws -> any PDSSnapshot
}

/// An unpublished copy of a store.
package protocol PDSSnapshot {
  /// A page of the blobs that accounts have in the copy, each once, ordered by text.
  func blobs(after cid: CID?, limit: Int) throws -> [CID]
  /// Makes the copy a database of its own, with another name and with event numbers that the original
  /// will not assign, and then visible. It is durable when this returns.
  ///
  /// - Returns: Its size in bytes.
  func publish(as name: String) throws -> Int
  /// Removes the copy.
  func discard() throws
}
