import ATProtoData
import ATProtoSyntax
import Labeler
import Testing

extension ModerationEvent {
  /// An event with all its fields, as moderators record it.
  static func sample(
    _ action: ModerationAction,
    _ subject: Subject = Subject("did:web:alice.test"),
    comment: String? = nil,
    externalID: String? = nil,
    tool: ModTool? = nil,
    at time: Int = 1_000,
    by moderator: DID = "did:web:mod.test"
  ) -> ModerationEvent {
    ModerationEvent(
      id: 0,
      subject: subject,
      action: action,
      comment: comment,
      modTool: tool,
      externalID: externalID,
      body: action.bytes(comment: comment),
      createdAt: time,
      createdBy: moderator
    )
  }
}

extension Subject {
  static func record(_ did: DID, _ key: String, blobs: [String] = []) throws -> Subject {
    Subject(
      try ATURI("at://\(did)/app.bsky.feed.post/\(key)"),
      cid: "bafyreidfayvfuwqa7qlnopdjiqrxzs6blmoeu4rujcjtnci5beludirz2a",
      blobs: blobs
    )!
  }
}

@Suite struct ModerationEventStoreTests {
  static let actions: [ModerationAction] = [
    .report(type: "com.atproto.moderation.defs#reasonSpam", isReporterMuted: true),
    .acknowledge(closesAccount: true), .escalate, .comment(isSticky: true),
    .label(LabelAction(create: ["a"], negate: ["b"], hours: 3)),
    .takedown(
      TakedownAction(hours: 2, closesAccount: true, targets: ["pds"], policies: ["no-spam"])
    ),
    .reverseTakedown, .resolveAppeal, .mute(hours: 1), .unmute, .muteReporter(hours: nil),
    .unmuteReporter, .tag(TagAction(add: ["x"], remove: ["y"], hours: 1)), .priorityScore(9),
    .email(EmailAction(subjectLine: "hello", content: "you", isDelivered: true)),
  ]

  @Test("events come back as they were stored", arguments: LabelerBackend.allCases)
  func eventsAreStored(_ backend: LabelerBackend) async throws {
    try await backend.withStore { store in
      var events = Self.actions.map { ModerationEvent.sample($0, comment: "because") }
      events.append(
        .sample(
          .escalate,
          try .record("did:web:alice.test", "1", blobs: ["bafkrei"]),
          externalID: "one",
          tool: ModTool(name: "script", meta: ["batchId": "b"])
        )
      )
      for index in events.indices {
        events[index].id = try await store.write { [event = events[index]] transaction throws in
          try transaction.events.append(event)
        }
      }
      #expect(events.map(\.id) == Array(1...events.count))
      for event in events {
        #expect(try await store.read { try $0.events.event(event.id) } == event)
      }
      #expect(try await store.read { try $0.events.event(999) } == nil)
    }
  }

  @Test("an external identifier finds its event", arguments: LabelerBackend.allCases)
  func externalIdentifiersAreFound(_ backend: LabelerBackend) async throws {
    try await backend.withStore { store in
      let event = ModerationEvent.sample(.escalate, externalID: "one")
      _ = try await store.write { try $0.events.append(event) }
      try await store.read { transaction throws in
        let (events, key) = (transaction.events, event.subject.key)
        #expect(try events.event(about: key, kind: .escalate, externalID: "one") == 1)
        #expect(try events.event(about: key, kind: .comment, externalID: "one") == nil)
        #expect(try events.event(about: key, kind: .escalate, externalID: "two") == nil)
        let other = SubjectKey(did: "did:web:bob.test")
        #expect(try events.event(about: other, kind: .escalate, externalID: "one") == nil)
      }
    }
  }

  @Test("a failed transaction leaves no event", arguments: LabelerBackend.allCases)
  func failedTransactionIsRolledBack(_ backend: LabelerBackend) async throws {
    struct Failure: Error {}
    try await backend.withStore { store throws in
      await #expect(throws: Failure.self) {
        try await store.write { transaction throws in
          _ = try transaction.events.append(.sample(.escalate))
          throw Failure()
        }
      }
      #expect(try await store.read { try $0.events.event(1) } == nil)
    }
  }

  static let filters: [EventFilter] = {
    let alice: DID = "did:web:alice.test"
    var spam = EventContent()
    spam.addedLabels = ["spam"]
    return [
      EventFilter(), EventFilter(isAscending: true), EventFilter(kinds: []),
      EventFilter(kinds: [.label]), EventFilter(kinds: [.label, .escalate], isAscending: true),
      EventFilter(SubjectScope(.one(SubjectKey(did: alice.string)))),
      EventFilter(SubjectScope(.account(alice.string)), kinds: [.label]),
      EventFilter(SubjectScope(isAccount: false)), EventFilter(createdBy: "did:web:mod3.test"),
      EventFilter(createdAfter: 20, createdBefore: 60), EventFilter(content: spam),
    ]
  }()

  @Test("all backends give the same pages", arguments: filters)
  func backendsAgree(_ filter: EventFilter) async throws {
    var lists: [[[Int]]] = []
    for backend in LabelerBackend.allCases {
      try await backend.withStore { store in
        try await Self.fill(store)
        var filter = filter
        filter.limit = 7
        var (pages, after): ([[Int]], Int?) = ([], nil)
        repeat {
          let page = try await store.read { [filter, after] transaction throws in
            try transaction.events.page(filter, after: after)
          }
          pages.append(page.events.map(\.id))
          after = page.next
        } while after != nil && pages.count < 50
        lists.append(pages)
      }
    }
    #expect(lists[0] == lists[1])
    let all = lists[0].flatMap { $0 }
    #expect(all == all.sorted { filter.isAscending ? $0 < $1 : $0 > $1 })
    #expect(Set(all).count == all.count)
  }

  /// A hundred events of different kinds, about different subjects.
  private static func fill(_ store: any LabelerStore) async throws {
    try await store.write { transaction throws in
      for number in 0..<100 {
        let action: ModerationAction =
          switch number % 4 {
          case 0: .label(LabelAction(create: [number % 8 == 0 ? "spam" : "rude"]))
          case 1: .escalate
          case 2: .comment()
          default: .acknowledge()
          }
        let did = try DID("did:web:\(number % 3 == 0 ? "alice" : "bob").test")
        let subject = try number % 5 == 0 ? Subject(did) : Subject.record(did, "\(number % 7)")
        _ = try transaction.events.append(
          .sample(action, subject, at: number, by: DID("did:web:mod\(number % 6).test"))
        )
      }
    }
  }

  @Test("the work for a page is bounded", arguments: LabelerBackend.allCases)
  func workIsBounded(_ backend: LabelerBackend) async throws {
    try await backend.withStore { store in
      let count = PageCollector<Int, Int>.maximumExamined + 5
      try await store.write { transaction throws in
        for _ in 0..<count { _ = try transaction.events.append(.sample(.escalate)) }
      }
      var content = EventContent()
      content.comment = ["nowhere"]
      let filter = EventFilter(content: content)
      let first = try await store.read { try $0.events.page(filter, after: nil) }
      #expect(first == EventPage(events: [], next: 6))
      let second = try await store.read { try $0.events.page(filter, after: 6) }
      #expect(second == EventPage(events: [], next: nil))
    }
  }
}
