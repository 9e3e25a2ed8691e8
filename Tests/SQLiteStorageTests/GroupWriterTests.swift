import PDS
import ServiceKit
import TestSupport
import Testing

@testable import SQLiteStorage

@Suite struct GroupWriterTests {
  private struct Refused: Error {}

  @Test("a write that fails does not affect the others of its group")
  func failedWriteDoesNotAffectOthers() async throws {
    let folder = try TemporaryFolder()
    let store = try SQLitePDSStore(directory: folder.path)
    defer { try? store.close() }
    let outcomes = await withTaskGroup(of: (Int, Bool).self) { group in
      for index in 0..<200 {
        group.addTask {
          do {
            try await store.write { transaction throws in
              try transaction.secrets.setSecret("\(index)", [UInt8(index)])
              try transaction.sequence.append("\(index)") { _, _ in [] }
              if index % 3 == 0 { throw Refused() }
            }
            return (index, true)
          } catch {
            return (index, false)
          }
        }
      }
      return await group.reduce(into: [Int: Bool]()) { $0[$1.0] = $1.1 }
    }
    for index in 0..<200 {
      let kept = try await store.read { transaction throws in
        try transaction.secrets.secret("\(index)")
      }
      #expect(outcomes[index] == (index % 3 != 0))
      #expect(kept == (index % 3 != 0 ? [UInt8(index)] : nil))
    }
    // The rolled-back write left no gap in the numbers.
    let window = try await store.read { transaction in try transaction.sequence.window() }
    #expect(window == 1...outcomes.values.count { $0 })
  }
}
