import Foundation
import ServiceKit

/// The data of a server, for who looks after it: beside the server while that runs, or without it.
public struct PDSData: Sendable {
  let store: SQLiteStore
  let blobFolder: FileBlobstore

  /// Opens data that a server of this version made.
  ///
  /// Throws ``ServiceError``, or what the database throws.
  ///
  /// - Parameter blobDirectory: below the data folder unless given.
  public init(dataDirectory: String, blobDirectory: String? = nil) throws {
    store = try SQLiteStore(existing: dataDirectory)
    blobFolder = FileBlobstore(existing: blobDirectory ?? dataDirectory + "/blobs")
  }

  public func close() throws {
    try store.close()
  }
}
