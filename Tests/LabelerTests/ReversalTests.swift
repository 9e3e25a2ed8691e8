import ATProtoSyntax
import SQLiteStorage
import TestSupport
import Testing

@testable import Labeler

@Suite struct ReversalTests {
  @Test func suspensionEndsWhileTheLabelerWasDown() async throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/labeler.sqlite"
    let alice: DID = "did:web:alice.test"
    var store = try SQLiteLabelerStore(path: path)
    try await DeskFixture(store).emit(.takedown(TakedownAction(hours: 1)), Subject(alice))
    try store.close()
    store = try SQLiteLabelerStore(path: path)
    let fixture = try DeskFixture(store)
    fixture.advance(hours: 2)
    // Its expiry is signed, so it has ended everywhere before this.
    try await fixture.desk.reverseDue(at: fixture.time)
    #expect(try await fixture.status(Subject(alice))?.takedown == nil)
    #expect(try await fixture.labelNames(Subject(alice)) == ["-!suspend"])
    let event = try #require(try await fixture.desk.event(2))
    #expect(event.action == .reverseTakedown && event.createdBy == DeskFixture.did)
    try store.close()
  }

  @Test func suspensionLastsUntilItsEnd() async throws {
    let fixture = try DeskFixture()
    let alice = Subject(try fixture.account("alice"))
    try await fixture.emit(.takedown(TakedownAction(hours: 2)), alice)
    fixture.advance(hours: 1)
    try await fixture.desk.reverseDue(at: fixture.time)
    #expect(try await fixture.status(alice)?.takedown != nil)
    fixture.advance(hours: 1)
    try await fixture.desk.reverseDue(at: fixture.time)
    #expect(try await fixture.status(alice)?.takedown == nil)
    // Once is enough.
    try await fixture.desk.reverseDue(at: fixture.time)
    #expect(try await fixture.desk.events(EventFilter()).events.count == 2)
  }

  @Test func takedownWithoutEndStays() async throws {
    let fixture = try DeskFixture()
    let alice = Subject(try fixture.account("alice"))
    try await fixture.emit(.takedown(), alice)
    fixture.advance(hours: 100_000)
    try await fixture.desk.reverseDue(at: fixture.time)
    #expect(try await fixture.status(alice)?.takedown != nil)
  }

  @Test func expiredTagsAreRemoved() async throws {
    let fixture = try DeskFixture()
    let alice = Subject(try fixture.account("alice"))
    try await fixture.emit(.tag(TagAction(add: ["a", "b"], hours: 1)), alice)
    try await fixture.emit(.tag(TagAction(add: ["c"])), alice)
    fixture.advance(hours: 2)
    try await fixture.desk.reverseDue(at: fixture.time)
    #expect(try await fixture.status(alice)?.tags == [SubjectTag("c")])
    #expect(try await fixture.desk.event(3)?.action == .tag(TagAction(remove: ["a", "b"])))
  }

  @Test func manyReversalsAreDoneInBatches() async throws {
    let fixture = try DeskFixture()
    for number in 1...250 {
      try await fixture.emit(
        .takedown(TakedownAction(hours: 1)),
        Subject(DID("did:web:user\(number).test"))
      )
    }
    fixture.advance(hours: 1)
    try await fixture.desk.reverseDue(at: fixture.time)
    let filter = EventFilter(kinds: [.reverseTakedown], limit: 1_000)
    #expect(try await fixture.desk.events(filter).events.count == 250)
  }
}
