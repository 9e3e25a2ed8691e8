import ATProtoCrypto
package import ATProtoData
package import ATProtoHTTP
import ATProtoRepo
import Foundation
import ServiceKit

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#elseif canImport(Glibc)
import Glibc
#endif

/// Blobs as files, one for each CID, in directories named after the end of the CID.
///
/// A file appears under its name when it is complete and durable: it is written and synced in
/// `incoming`, and linked from there. Names come from CIDs that were parsed or computed here, never
/// from a client's text.
package struct FileBlobstore: Blobstore {
  private let root: String
  /// The directory for files that are not blobs yet, or never will be.
  let incoming: String
  /// Nil if the directory was opened while another server owns it.
  private let lock: DirectoryLock?
  let queue = BlockingQueue(label: "blobs")
  private static let chunk = 128 << 10

  /// Opens the directory, creating it if necessary, and removes unfinished uploads.
  ///
  /// A server deletes blobs that its database does not have. With the wrong database, it would
  /// delete all of them, so the directory stores the name of its database.
  ///
  /// - Parameters:
  ///   - database: the random name of the database that the blobs belong to.
  ///   - isEmpty: whether that database has no blobs yet.
  package init(_ root: String, of database: String, isEmpty: Bool) throws {
    self.root = root
    incoming = root + "/incoming"
    do {
      try FileManager.default.createDirectory(
        atPath: root,
        withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o700]
      )
      lock = try DirectoryLock(root, name: "pds.lock")
      try Self.claim(root, for: database, isEmpty: isEmpty)
      if FileManager.default.fileExists(atPath: incoming) {
        try FileManager.default.removeItem(atPath: incoming)
      }
      try FileManager.default.createDirectory(
        atPath: incoming,
        withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o700]
      )
    } catch let error as ServiceError {
      throw error
    } catch {
      throw ServiceError(cannotCreate: "the blob directory \(root)", error)
    }
  }

  /// Opens an existing directory that a server may be using.
  package init(existing root: String) {
    self.root = root
    incoming = root + "/incoming"
    lock = nil
  }

  private static func nameFile(_ root: String) -> String { root + "/database" }

  private static func claim(_ root: String, for database: String, isEmpty: Bool) throws {
    let file = nameFile(root)
    if let name = FileManager.default.contents(atPath: file) {
      guard name == Data(database.utf8) else {
        throw ServiceError(
          .storage,
          """
          cannot use the blobs in \(root): they belong to another database than the one in the \
          data directory; correct one of the two settings
          """
        )
      }
      return
    }
    if isEmpty, try hasBlobs(root) {
      throw ServiceError(
        .storage,
        """
        cannot use the blobs in \(root): the database in the data directory has none; correct one \
        of the two settings
        """
      )
    }
    try writeName(database, root)
  }

  /// Stores the name of the database whose blobs are in a directory.
  static func writeName(_ database: String, _ root: String) throws {
    let file = try File(writing: nameFile(root))
    try file.write(Array(database.utf8))
    try file.finish()
    try DurableFile.sync(root)
  }

  private static func hasBlobs(_ root: String) throws -> Bool {
    try FileManager.default.contentsOfDirectory(atPath: root).contains { folder in
      folder.utf8.count == 2
        && (try? FileManager.default.contentsOfDirectory(atPath: "\(root)/\(folder)"))?
          .contains { (try? CID($0)) != nil } == true
    }
  }

  /// Lets another server use the directory.
  package func close() { lock?.release() }

  private func folder(of cid: CID) -> String { "\(root)/\(cid.string.suffix(2))" }

  func path(of cid: CID) -> String { "\(folder(of: cid))/\(cid.string)" }

  func contains(_ cid: CID) -> Bool {
    access(path(of: cid), F_OK) == 0
  }

  package func beginUpload() async throws -> any BlobUpload {
    try await queue.perform {
      try FileBlobUpload(path: "\(incoming)/\(UUID().uuidString)", of: self)
    }
  }

  /// Gives a complete, synced file the name of a blob. The name is durable when this returns.
  func link(_ file: String, as cid: CID) throws {
    try makeFolder(of: cid)
    // The same bytes may already exist.
    guard Self.link(file, path(of: cid)) == 0 || errno == EEXIST else {
      throw ServiceError(.storage, "cannot create \(path(of: cid)): error \(errno)")
    }
    try DurableFile.sync(folder(of: cid))
  }

  private static func link(_ source: String, _ target: String) -> CInt {
    #if canImport(Darwin)
    Darwin.link(source, target)
    #elseif canImport(Musl)
    Musl.link(source, target)
    #elseif canImport(Glibc)
    Glibc.link(source, target)
    #endif
  }

  func makeFolder(of cid: CID) throws {
    let folder = folder(of: cid)
    if mkdir(folder, 0o700) == 0 {
      try DurableFile.sync(root)
    } else if errno != EEXIST {
      throw ServiceError(.storage, "cannot create \(folder): error \(errno)")
    }
  }

  package func delete(_ cid: CID) async throws {
    try await queue.perform {
      guard unlink(path(of: cid)) == 0 || errno == ENOENT else {
        throw ServiceError(.storage, "cannot remove \(path(of: cid)): error \(errno)")
      }
    }
  }

  package func size(of cid: CID) async throws -> Int? {
    try await queue.perform { try stored(path(of: cid), cid)?.size }
  }

  /// The attributes of a file; nil if it does not exist.
  private func stored(_ path: String, _ cid: CID) throws -> StoredBlob? {
    var status = stat()
    guard stat(path, &status) == 0 else {
      guard errno == ENOENT || errno == ENOTDIR else {
        throw ServiceError(.storage, "cannot read \(path): error \(errno)")
      }
      return nil
    }
    #if canImport(Darwin)
    let seconds = status.st_mtimespec.tv_sec
    #else
    let seconds = status.st_mtim.tv_sec
    #endif
    return StoredBlob(cid: cid, size: Int(status.st_size), storedAt: seconds)
  }

  /// A file that is deleted during the read can still be read to its end.
  package func stream(_ cid: CID, range: Range<Int>?) async throws -> ByteStream? {
    let path = path(of: cid)
    let opened = try await queue.perform { () -> (File, Int)? in
      guard access(path, F_OK) == 0 else { return nil }
      let file = try File(reading: path)
      return (file, try file.length)
    }
    guard let (file, length) = opened else { return nil }
    let bytes = range?.clamped(to: 0..<length) ?? 0..<length
    return ByteStream(length: bytes.count) {
      var rest = bytes
      return {
        if rest.isEmpty { return nil }
        let (offset, count) = (rest.lowerBound, min(rest.count, Self.chunk))
        let chunk = try await queue.perform { try file.read(count, at: offset) }
        rest = min(rest.upperBound, offset + max(1, chunk.count))..<rest.upperBound
        return chunk.isEmpty ? nil : chunk
      }
    }
  }

  /// A page for each directory.
  package func list() -> AsyncThrowingStream<[StoredBlob], any Error> {
    let folders = Folders(self)
    return AsyncThrowingStream { try await folders.next() }
  }

  /// The directories of a blobstore that have not been listed yet.
  private actor Folders {
    private let store: FileBlobstore
    private var rest: [String]?

    init(_ store: FileBlobstore) {
      self.store = store
    }

    func next() async throws -> [StoredBlob]? {
      let names: [String]
      if let rest {
        names = rest
      } else {
        names = try await store.queue.perform { [store] in
          try FileManager.default.contentsOfDirectory(atPath: store.root)
            .filter { $0.utf8.count == 2 }
        }
      }
      rest = Array(names.dropLast())
      guard let name = names.last else { return nil }
      return try await store.queue.perform { [store] in
        let folder = "\(store.root)/\(name)"
        return try FileManager.default.contentsOfDirectory(atPath: folder).compactMap { name in
          guard let cid = try? CID(name) else { return nil }
          return try store.stored("\(folder)/\(name)", cid)
        }
      }
    }
  }
}
