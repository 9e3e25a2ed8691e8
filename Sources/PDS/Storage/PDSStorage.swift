import Foundation
import ServiceKit

/// The storage backends of a server, chosen by the executable.
///
/// The target `SQLiteStorage` adds `sqlite(_:)`.
public struct PDSStorage: Sendable {
  package let store: any PDSStore
  package let blobs: any Blobstore
  /// The directory for temporary files of exports and imports.
  package let scratchDirectory: String

  package init(store: any PDSStore, blobs: any Blobstore, scratchDirectory: String) {
    self.store = store
    self.blobs = blobs
    self.scratchDirectory = scratchDirectory
  }

  /// Creates storage from a store, with blobs as files.
  ///
  /// Throws ``ServiceError/Code/storage`` if the directory cannot be created, is in use by another
  /// server, or contains blobs of another store.
  package init(store: any PDSStore, blobDirectory: String) throws {
    let (name, isEmpty) = try store.setUp { transaction in
      (try transaction.secrets.databaseName(), try transaction.blobs.isEmpty())
    }
    let blobs = try FileBlobstore(blobDirectory, of: name, isEmpty: isEmpty)
    self.init(store: store, blobs: blobs, scratchDirectory: blobs.incoming)
  }

  /// Creates storage in memory, which lasts as long as the process: for tests and development.
  public static func memory() -> PDSStorage {
    PDSStorage(
      store: MemoryPDSStore(),
      blobs: MemoryBlobstore(),
      scratchDirectory: FileManager.default.temporaryDirectory.path
    )
  }

  package func close() throws {
    try store.close()
    blobs.close()
  }
}
