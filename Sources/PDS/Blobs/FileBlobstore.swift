import ATProtoCrypto
import ATProtoData
import ATProtoHTTP
import ATProtoRepo
import Dispatch
import Foundation

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#elseif canImport(Glibc)
import Glibc
import XRPC
#endif

/// The bytes of blobs, one file for each CID, in folders by the end of the CID.
///
/// A file appears under its name when it is whole and on the disk: it is written and synced below
/// `incoming`, and linked from there. Names are made from CIDs that were parsed or computed here,
/// never from text of a client.
struct FileBlobstore: Sendable {
  private let root: String
  /// For files that are not blobs yet, or never.
  let incoming: String
  /// Nil for who only looks.
  private let lock: FolderLock?
  private static let chunk = 128 << 10
  /// Files hold their thread.
  private let queue = DispatchQueue(label: "blobs", attributes: .concurrent)

  /// Opens or makes the folder, and removes what uploads left that did not end.
  ///
  /// Blobs that no row of the database tells of are swept away: beside a database that is not
  /// theirs that would be all of them. So the folder keeps the name of its database.
  ///
  /// - Parameters:
  ///   - database: the random name of the database whose blobs these are.
  ///   - isEmpty: whether that database knows no blob yet.
  init(_ root: String, of database: String, isEmpty: Bool) throws {
    self.root = root
    incoming = root + "/incoming"
    do {
      try FileManager.default.createDirectory(
        atPath: root,
        withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o700]
      )
      lock = try FolderLock(root)
      try Self.claim(root, for: database, isEmpty: isEmpty)
      if FileManager.default.fileExists(atPath: incoming) {
        try FileManager.default.removeItem(atPath: incoming)
      }
      try FileManager.default.createDirectory(
        atPath: incoming,
        withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o700]
      )
    } catch let error as PDSError {
      throw error
    } catch {
      throw PDSError("the folder of blobs \(root)", cannotBeMade: error)
    }
  }

  /// A folder as it is, also while a server uses it.
  init(existing root: String) {
    self.root = root
    incoming = root + "/incoming"
    lock = nil
  }

  private static func nameFile(_ root: String) -> String { root + "/database" }

  private static func claim(_ root: String, for database: String, isEmpty: Bool) throws {
    let file = nameFile(root)
    if let name = FileManager.default.contents(atPath: file) {
      guard name == Data(database.utf8) else {
        throw PDSError(
          .storage,
          """
          the blobs in \(root) belong to another database than the one in the data folder: one of \
          the two settings is wrong
          """
        )
      }
      return
    }
    if isEmpty, try hasBlobs(root) {
      throw PDSError(
        .storage,
        """
        \(root) has blobs, but the database in the data folder knows of none: one of the two \
        settings is wrong
        """
      )
    }
    try writeName(database, root)
  }

  /// Says in a folder of blobs whose they are.
  static func writeName(_ database: String, _ root: String) throws {
    let file = try File(writing: nameFile(root))
    try file.write(Array(database.utf8))
    try file.finish()
    try sync(root)
  }

  private static func hasBlobs(_ root: String) throws -> Bool {
    try FileManager.default.contentsOfDirectory(atPath: root).contains { folder in
      folder.utf8.count == 2
        && (try? FileManager.default.contentsOfDirectory(atPath: "\(root)/\(folder)"))?
          .contains { (try? CID($0)) != nil } == true
    }
  }

  /// Lets another server have the folder.
  func release() { lock?.release() }

  private func folder(of cid: CID) -> String { "\(root)/\(cid.string.suffix(2))" }

  func path(of cid: CID) -> String { "\(folder(of: cid))/\(cid.string)" }

  func contains(_ cid: CID) -> Bool {
    access(path(of: cid), F_OK) == 0
  }

  /// A file for an upload.
  func beginUpload() throws -> BlobUpload {
    try BlobUpload(path: "\(incoming)/\(UUID().uuidString)")
  }

  /// Gives a finished upload its name; after that it survives a loss of power.
  func keep(_ upload: BlobUpload, as cid: CID) throws {
    try makeFolder(of: cid)
    // The same bytes may be there already.
    guard link(upload.path, path(of: cid)) == 0 || errno == EEXIST else {
      throw PDSError(.storage, "a blob cannot be stored: error \(errno)")
    }
    try Self.sync(folder(of: cid))
  }

  func makeFolder(of cid: CID) throws {
    let folder = folder(of: cid)
    if mkdir(folder, 0o700) == 0 {
      try Self.sync(root)
    } else if errno != EEXIST {
      throw PDSError(.storage, "\(folder) cannot be made: error \(errno)")
    }
  }

  /// When a blob's file was made, in seconds since 1970; nil where there is none.
  func madeAt(_ cid: CID) -> Int? {
    var status = stat()
    guard stat(path(of: cid), &status) == 0 else { return nil }
    #if canImport(Darwin)
    return status.st_mtimespec.tv_sec
    #else
    return status.st_mtim.tv_sec
    #endif
  }

  func remove(_ cid: CID) throws {
    guard unlink(path(of: cid)) == 0 || errno == ENOENT else {
      throw PDSError(.storage, "the blob \(cid) cannot be removed: error \(errno)")
    }
  }

  /// The bytes of a blob as the disk gives them, or nil where there is none. A blob that is removed
  /// meanwhile is read to its end.
  func stream(_ cid: CID) async throws -> ByteStream? {
    let path = path(of: cid)
    return try await perform { () -> (File, Int)? in
      guard access(path, F_OK) == 0 else { return nil }
      let file = try File(reading: path)
      return (file, try file.length)
    }.map { file, length in
      ByteStream(length: length) {
        {
          let bytes = try await perform { try file.read(Self.chunk) }
          return bytes.isEmpty ? nil : bytes
        }
      }
    }
  }

  /// Whether the file has the bytes that the CID names.
  func isWhole(_ cid: CID) throws -> Bool {
    let file = try File(reading: path(of: cid))
    var hasher = SHA256()
    while true {
      let bytes = try file.read(Self.chunk)
      if bytes.isEmpty { return CID(codec: .raw, digest: hasher.finalize()) == cid }
      hasher.update(bytes)
    }
  }

  /// All blobs that have a file, for sweeping and checking.
  func forEach(_ body: (CID) throws -> Void) throws {
    for folder in try FileManager.default.contentsOfDirectory(atPath: root)
    where folder.utf8.count == 2 {
      for name in try FileManager.default.contentsOfDirectory(atPath: "\(root)/\(folder)") {
        if let cid = try? CID(name) { try body(cid) }
      }
    }
  }

  func perform<Value: Sendable>(
    _ work: @escaping @Sendable () throws -> Value
  ) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      queue.async { continuation.resume(with: Result { try work() }) }
    }
  }

  /// Makes the names in a folder, or the bytes of a file, survive a loss of power.
  static func sync(_ folder: String) throws {
    let descriptor = open(folder, O_RDONLY)
    guard descriptor >= 0 else {
      throw PDSError(.storage, "\(folder) cannot be opened: error \(errno)")
    }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else {
      throw PDSError(.storage, "\(folder) cannot be synced: error \(errno)")
    }
  }
}
