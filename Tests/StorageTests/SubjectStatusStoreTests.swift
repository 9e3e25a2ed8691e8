import ATProtoSyntax
import Labeler
import Testing

@Suite struct SubjectStatusStoreTests {
  private static func status(_ subject: Subject, _ change: (inout SubjectStatus) -> Void = { _ in })
    -> SubjectStatus
  {
    var status = SubjectStatus(subject, createdAt: 1_000)
    change(&status)
    return status
  }

  private static func save(
    _ status: SubjectStatus,
    in store: any LabelerStore
  ) async throws -> SubjectStatus {
    try await store.write { transaction throws in
      let previous = try transaction.statuses.status(status.subject.key)
      return try transaction.statuses.save(status, replacing: previous)
    }
  }

  @Test("statuses come back as they were stored", arguments: LabelerBackend.allCases)
  func statusesAreStored(_ backend: LabelerBackend) async throws {
    try await backend.withStore { store in
      let full = Self.status(try .record("did:web:alice.test", "1", blobs: ["bafkrei"])) { status in
        status.review = .init(state: .escalated, at: 5, by: "did:web:mod.test")
        status.reports = .init(at: 4, isAppealed: true, appealedAt: 3)
        status.takedown = .init(event: 9, until: 77)
        status.mutes = .init(subjectUntil: 11, reporterUntil: 12)
        status.priority = 40
        status.comment = "watch"
        status.tags = [SubjectTag("a", expiresAt: 8), SubjectTag("b")]
        status.updatedAt = 2_000
      }
      let plain = Self.status(Subject("did:web:alice.test"))
      var stored = [try await Self.save(full, in: store), try await Self.save(plain, in: store)]
      #expect(stored.map(\.id) == [1, 2])
      for status in stored {
        #expect(try await store.read { try $0.statuses.status(status.subject.key) } == status)
      }
      stored[0].takedown = nil
      stored[0].tags = [SubjectTag("b", expiresAt: 6)]
      stored[0].review = .init(state: .closed, at: 6, by: nil)
      let changed = try await Self.save(stored[0], in: store)
      #expect(changed == stored[0])
      #expect(try await store.read { try $0.statuses.status(changed.subject.key) } == changed)
    }
  }

  @Test("what is due is found", arguments: LabelerBackend.allCases)
  func dueStatusesAreFound(_ backend: LabelerBackend) async throws {
    try await backend.withStore { store in
      for number in 1...4 {
        let did = try DID("did:web:user\(number).test")
        _ = try await Self.save(
          Self.status(Subject(did)) { status in
            status.takedown = .init(event: 1, until: number == 4 ? nil : 50 - number * 10)
            status.tags = [SubjectTag("t", expiresAt: number * 10)]
          },
          in: store
        )
      }
      try await store.read { transaction throws in
        let statuses = transaction.statuses
        #expect(try statuses.suspended(until: 19, limit: 9).map(\.id) == [])
        #expect(try statuses.suspended(until: 30, limit: 9).map(\.id) == [3, 2])
        #expect(try statuses.suspended(until: 99, limit: 2).map(\.id) == [3, 2])
        #expect(try statuses.tagged(until: 20, limit: 9).map(\.id).sorted() == [1, 2])
      }
    }
  }

  @Test("pending reviews of an account are found", arguments: LabelerBackend.allCases)
  func pendingReviewsAreFound(_ backend: LabelerBackend) async throws {
    try await backend.withStore { store in
      let alice: DID = "did:web:alice.test"
      let states = SubjectStatus.ReviewState.allCases
      for (number, state) in states.enumerated() {
        _ = try await Self.save(
          Self.status(try .record(alice, "\(number)")) { $0.review.state = state },
          in: store
        )
      }
      _ = try await Self.save(
        Self.status(Subject("did:web:bob.test")) { $0.review.state = .open },
        in: store
      )
      try await store.read { transaction throws in
        let pending = try transaction.statuses.pending(of: alice.string, limit: 9)
        #expect(pending.map(\.review.state) == [.open, .escalated])
        #expect(try transaction.statuses.pending(of: alice.string, limit: 1).count == 1)
        #expect(try transaction.statuses.count(.open, upTo: 9) == 2)
        #expect(try transaction.statuses.count(.open, upTo: 1) == 1)
      }
    }
  }

  @Test("tallies come back as they were stored", arguments: LabelerBackend.allCases)
  func talliesAreStored(_ backend: LabelerBackend) async throws {
    try await backend.withStore { store in
      var tally = AccountTally()
      for (number, count) in AccountTally.Count.allCases.enumerated() {
        tally[count] = number * number * 1_000
      }
      try await store.write { [tally] in try $0.statuses.setTally(tally, of: "did:web:a.test") }
      #expect(try await store.read { try $0.statuses.tally(of: "did:web:a.test") } == tally)
      #expect(try await store.read { try $0.statuses.tally(of: "did:web:b.test") }.isEmpty)
    }
  }

  static let filters: [StatusFilter] = {
    var filters: [StatusFilter] = []
    for field in [StatusOrder.Field.reported, .reviewed, .priority] {
      for isAscending in [true, false] {
        filters.append(StatusFilter(order: StatusOrder(field, isAscending: isAscending)))
        filters.append(
          StatusFilter(state: .open, order: StatusOrder(field, isAscending: isAscending))
        )
      }
    }
    filters.append(StatusFilter(SubjectScope(.account("did:web:alice.test"))))
    filters.append(StatusFilter(SubjectScope(.one(SubjectKey(did: "did:web:alice.test")))))
    filters.append(StatusFilter(SubjectScope(isAccount: true)))
    var tagged = StatusFilter()
    tagged.tags.anyGroup = [["a", "b"], ["c"]]
    tagged.tags.excluded = ["d"]
    filters.append(tagged)
    var muted = StatusFilter()
    muted.mutes = .only
    filters.append(muted)
    return filters
  }()

  @Test("all backends give the same pages", arguments: filters)
  func backendsAgree(_ filter: StatusFilter) async throws {
    var lists: [[[Int]]] = []
    for backend in LabelerBackend.allCases {
      try await backend.withStore { store in
        try await Self.fill(store)
        var filter = filter
        filter.order.limit = 7
        var (pages, after): ([[Int]], StatusPosition?) = ([], nil)
        repeat {
          let page = try await store.read { [filter, after] transaction throws in
            try transaction.statuses.page(filter, after: after, at: 50)
          }
          pages.append(page.statuses.map(\.id))
          after = page.next
        } while after != nil && pages.count < 50
        lists.append(pages)
      }
    }
    #expect(lists[0] == lists[1])
    let all = lists[0].flatMap { $0 }
    #expect(Set(all).count == all.count && !all.isEmpty)
  }

  /// A hundred statuses, many with equal values, some without.
  private static func fill(_ store: any LabelerStore) async throws {
    try await store.write { transaction throws in
      for number in 0..<100 {
        let did = try DID("did:web:\(number % 3 == 0 ? "alice" : "bob\(number)").test")
        let subject =
          try number % 10 == 0
          ? Subject(number == 0 ? did : DID("did:web:user\(number).test"))
          : Subject.record(did, "\(number)")
        var status = SubjectStatus(subject, createdAt: number)
        status.review.state = SubjectStatus.ReviewState(rawValue: number % 4)!
        status.review.at = number % 5 == 0 ? nil : number / 9
        status.reports.at = number % 7 == 0 ? nil : number / 8
        status.priority = number % 6
        status.mutes.subjectUntil = number % 11 == 5 ? 60 : nil
        status.tags = ["a", "b", "c", "d"].enumerated()
          .filter { (number >> $0.offset) & 1 == 1 }.map { SubjectTag($0.element) }
        _ = try transaction.statuses.save(status, replacing: nil)
      }
    }
  }
}
