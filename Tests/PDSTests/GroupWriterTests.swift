import ATProtoSyntax
import Testing

@testable import PDS

@Suite struct GroupWriterTests {
  private struct Refused: Error {}

  @Test func failedWriteDoesNotAffectOthersOfItsGroup() async throws {
    let server = try TestServer()
    let did = try (try await server.signUp()).did.parsed()
    let store = server.store
    let outcomes = await withTaskGroup(of: (Int, Bool).self) { group in
      for index in 0..<200 {
        group.addTask {
          do {
            try await store.write { transaction in
              try transaction.secrets.setSecret("\(index)", [UInt8(index)])
              try transaction.sequence.append(.account(did, .active))
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
      let kept = try await store.read { transaction in
        try transaction.secrets.secret("\(index)")
      }
      #expect(outcomes[index] == (index % 3 != 0))
      #expect(kept == (index % 3 != 0 ? [UInt8(index)] : nil))
    }
    // What was rolled back left no number behind.
    let window = try await store.read { transaction in try transaction.sequence.window() }
    #expect(window == 1...(4 + outcomes.values.count { $0 }))
  }
}
