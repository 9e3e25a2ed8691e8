import Foundation
import ServiceKit
import TestSupport
import Testing

@Suite struct DirectoryLockTests {
  @Test func lockedDirectoryIsRefusedUntilTheLockIsReleased() throws {
    let directory = try TemporaryFolder()
    let first = try DirectoryLock(directory.path, name: "a.lock")
    let error = #expect(throws: ServiceError.self) {
      try DirectoryLock(directory.path, name: "a.lock")
    }
    #expect(error?.code == .storage)
    #expect(error?.reason == "\(directory.path) is in use by another server")
    first.release()
    first.release()
    _ = try DirectoryLock(directory.path, name: "a.lock")
  }

  @Test func lockIsReleasedWhenItsObjectIsDestroyed() throws {
    let directory = try TemporaryFolder()
    _ = try DirectoryLock(directory.path, name: "a.lock")
    _ = try DirectoryLock(directory.path, name: "a.lock")
  }

  @Test func errorForADirectoryBelowAFileHasTheSystemsReason() throws {
    let directory = try TemporaryFolder()
    try directory.write("", to: "file")
    let path = directory.path + "/file/below"
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      Issue.record("created a directory below a file")
    } catch {
      let reason = ServiceError(cannotCreate: path, error).reason
      #expect(reason == "cannot create \(path): Not a directory")
    }
  }

  @Test func missingDirectoryIsAStorageError() throws {
    let directory = try TemporaryFolder()
    let error = #expect(throws: ServiceError.self) {
      try DirectoryLock(directory.path + "/missing", name: "a.lock")
    }
    #expect(error?.code == .storage && error?.reason.contains("No such file") == true)
  }
}
