import ATProtoLabels
import ATProtoSyntax
import ComAtprotoAPI
import SQLiteStorage
import TestSupport
import Testing

@testable import Labeler

/// Whatever a labeler does, and however its clock runs, consumers end up with the same labels.
@Suite struct LabelConsistencyTests {
  @Test(arguments: 1...6)
  func consumersAgreeWithTheLabeler(_ round: Int) async throws {
    let folder = try TemporaryFolder()
    let store: any LabelerStore =
      if round.isMultiple(of: 2) {
        try SQLiteLabelerStore(path: folder.path + "/labeler.sqlite")
      } else {
        MemoryLabelerStore()
      }
    let fixture = try LabelFixture(store)
    var history: [LabelRow] = []
    var clock = LabelFixture.start
    for _ in 0..<120 {
      // The clock is set back now and then.
      clock += Int.random(in: -2_000...2_000)
      let changes = (0..<Int.random(in: 1...4)).map { _ in
        LabelChange(
          uri: "did:web:a\(Int.random(in: 0..<6)).test",
          value: ["spam", "rude", "porn"].randomElement()!,
          isNegated: Bool.random()
        )
      }
      history += try await fixture.apply(changes, at: clock)
    }
    #expect(history.map(\.sequence) == Array(1...history.count))
    #expect(zip(history, history.dropFirst()).allSatisfy { $0.createdAt <= $1.createdAt })

    let current = try await fixture.query(["*"], limit: 250).labels
    let active = Set(current.filter { $0.neg != true }.map(\.name))
    let last = try #require(history.last?.sequence)
    for cursor in [0, last] + (0..<10).map({ _ in Int.random(in: 1..<last) }) {
      // A consumer that has seen everything up to its cursor as it happened.
      var states: [LabelKey: LabelState] = [:]
      func take(_ label: Label) throws {
        let key = LabelKey(
          source: try label.src.parsed(),
          subject: label.uri.string,
          value: label.val
        )
        states[key, default: LabelState()].apply(label)
      }
      for row in history.prefix(cursor) { try take(fixture.labels.label(row)) }
      let rest = try await store.read { transaction throws in
        try transaction.labels.rows(after: cursor, maximumCount: 1_000)
      }
      for message in try await fixture.events(after: cursor, rest.count) {
        guard case .labels(let event) = message else { throw UnexpectedFrame() }
        for label in event.labels { try take(label) }
      }
      let seen = states.values.flatMap(\.labels).filter { $0.neg != true }.map(\.name)
      #expect(Set(seen) == active, "cursor \(cursor)")
    }
    try store.close()
  }
}
