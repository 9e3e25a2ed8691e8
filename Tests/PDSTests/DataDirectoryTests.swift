import ATProtoData
import ATProtoRepo
import ComAtprotoAPI
import Foundation
import SQLiteStorage
import ServiceKit
import Testing
import XRPC

@testable import PDS

/// Only one server can use a directory.
@Suite struct DataDirectoryTests {
  private static func folder() -> URL {
    FileManager.default.temporaryDirectory.appendingPathComponent("pds-\(UUID().uuidString)")
  }

  private func upload(_ server: TestServer) async throws -> CID {
    let account = try await server.signUp()
    return try await account.repository.uploadBlob(
      RawBody(bytes: BlobTests.png, contentType: "image/png")
    ).blob.ref
  }

  /// The paths of all files in a directory.
  private func files(_ folder: URL) -> [String] {
    let paths = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String }
    return (paths ?? []).sorted()
  }

  private func refusal(_ make: () throws -> TestServer) -> String? {
    do {
      _ = try make()
      return nil
    } catch {
      return (error as? ServiceError)?.reason
    }
  }

  @Test func dataDirectoryIsLockedUntilTheServerIsClosed() async throws {
    let first = try TestServer()
    let before = files(first.folder)
    let reason = refusal { try TestServer(folder: first.folder) }
    #expect(reason == "\(first.folder.path) is in use by another server")
    #expect(files(first.folder) == before)
    // The first server is not affected.
    _ = try await upload(first)
    try first.server.close()
    let second = try TestServer(folder: first.folder)
    #expect(second.server.did == first.server.did)
  }

  @Test func blobDirectoryIsLockedByOneServer() async throws {
    let blobs = Self.folder()
    defer { try? FileManager.default.removeItem(at: blobs) }
    let first = try TestServer { $0.blobDirectory = blobs.path }
    let reason = refusal { try TestServer { $0.blobDirectory = blobs.path } }
    #expect(reason == "\(blobs.path) is in use by another server")
    try first.server.close()
  }

  /// A server with the wrong data directory would remove the blobs that are not in its database.
  @Test func blobDirectoryOfAnotherDatabaseIsRejectedAndUnchanged() async throws {
    let blobs = Self.folder()
    defer { try? FileManager.default.removeItem(at: blobs) }
    let first = try TestServer { $0.blobDirectory = blobs.path }
    let cid = try await upload(first)
    try first.server.close()
    let before = files(blobs)
    #expect(before.contains { $0.hasSuffix(cid.string) })

    let reason = refusal { try TestServer { $0.blobDirectory = blobs.path } }
    #expect(reason?.contains("belong to another database") == true, "\(reason ?? "none")")
    #expect(files(blobs) == before)

    // A directory that is not marked, with a database that has no blobs.
    try FileManager.default.removeItem(atPath: blobs.path + "/database")
    let unnamed = files(blobs)
    let other = refusal { try TestServer { $0.blobDirectory = blobs.path } }
    #expect(other?.contains("has none") == true, "\(other ?? "none")")
    #expect(files(blobs) == unnamed)

    // Its own database can use it again.
    let again = try TestServer(folder: first.folder) { $0.blobDirectory = blobs.path }
    #expect(files(blobs) == before)
    try again.server.close()
  }

  /// A copy is another database: with the settings of the original, it must not remove the
  /// original's blobs.
  @Test func copiedDatabaseDoesNotRemoveBlobsOfTheOriginal() async throws {
    let blobs = Self.folder()
    let copy = Self.folder()
    defer {
      try? FileManager.default.removeItem(at: blobs)
      try? FileManager.default.removeItem(at: copy)
    }
    let first = try TestServer { $0.blobDirectory = blobs.path }
    let cid = try await upload(first)
    let data = try PDSData(dataDirectory: first.folder.path, blobDirectory: blobs.path)
    _ = try await data.backUp(to: copy.path)
    try data.close()
    try first.server.close()

    let reason = refusal { try TestServer(folder: copy) { $0.blobDirectory = blobs.path } }
    #expect(reason?.contains("belong to another database") == true, "\(reason ?? "none")")
    let restored = try TestServer(folder: copy)
    #expect(restored.blobstore.contains(cid))
    try restored.server.close()
  }

  @Test func onlyFilesOlderThanTheGracePeriodAreSwept() async throws {
    let server = try TestServer()
    let held = try await upload(server)
    let folder = server.blobstore
    let orphans = ["young", "old"].map { CID(hashingRaw: Array($0.utf8)) }
    for orphan in orphans {
      try folder.makeFolder(of: orphan)
      try Data("no row".utf8).write(to: URL(fileURLWithPath: folder.path(of: orphan)))
    }
    let past = Date(timeIntervalSinceNow: -90_000)
    for cid in [orphans[1], held] {
      try FileManager.default.setAttributes(
        [.modificationDate: past],
        ofItemAtPath: folder.path(of: cid)
      )
    }
    try await server.domain.blobs.sweep()
    #expect(folder.contains(held) && folder.contains(orphans[0]) && !folder.contains(orphans[1]))
  }
}
