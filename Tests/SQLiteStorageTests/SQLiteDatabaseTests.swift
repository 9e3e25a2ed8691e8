import Foundation
import PDS
import TestSupport
import Testing

@testable import SQLiteStorage

@Suite struct SQLiteDatabaseTests {
  /// Closing blocks its thread until the reads under way have ended. They must not need one of the
  /// threads of tasks for that, of which there are as many as processors.
  @Test("databases can be closed on all threads of tasks at once while reads are under way")
  func closingDoesNotWaitForTaskThreads() async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<ProcessInfo.processInfo.activeProcessorCount * 4 {
        group.addTask {
          let folder = try TemporaryFolder()
          let store = try SQLitePDSStore(directory: folder.path)
          let reads = (0..<20).map { _ in
            Task { try await store.read { transaction throws in usleep(2000) } }
          }
          _ = try await reads[0].value
          try store.close()
          for read in reads { _ = await read.result }
        }
      }
      try await group.waitForAll()
    }
  }
}
