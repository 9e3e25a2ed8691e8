import ATProtoRepo
import ATProtoSyntax
import AppView
import LexiconIndex
import SQLiteStorage
import TestSupport
import Testing
import VerifiedSync

/// Random changes leave memory and SQLite with equal answers to random queries.
@Suite struct DifferentialStoreTests {
  private struct Generator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = state
      mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
      return mixed ^ (mixed >> 31)
    }

    mutating func number(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &self) }
    mutating func chance(_ percent: Int) -> Bool { number(100) < percent }

    mutating func one<Element>(_ elements: [Element]) -> Element {
      elements[number(elements.count)]
    }
  }

  private static let accounts = ["a", "a-b", "a.b", "b", "c", "d"]
  private static let words = ["red", "blue", "fish", "\u{E9}t\u{E9}", "a_b"]
  private static let targets = (0..<4).map { "at://did:web:t.test/com.example.note/\($0)" }

  private static func note(_ random: inout Generator) -> Note {
    var note = Note(account: random.one(accounts), key: "k\(random.number(25))")
    if random.chance(10) { note.collection = Note.other }
    note.version = random.number(1_000_000)
    note.indexedAt = 1_000_000 + Int64(random.number(5_000))
    if random.chance(90) { note.createdAt = 999_000 + Int64(random.number(4) * 700) }
    note.isValid = random.chance(92)
    if random.chance(70) {
      note.text = (0...random.number(3)).map { _ in random.one(words) }.joined(separator: " ")
    }
    if random.chance(70) { note.count = Int64(random.number(4)) }
    if random.chance(50) { note.flag = random.chance(50) }
    if random.chance(30) { note.at = Int64(random.number(3)) }
    note.tags = Array(Set((0..<random.number(3)).map { _ in random.one(words) }))
    note.alts = Array(Set((0..<random.number(2)).map { _ in random.one(words) }))
    note.hasEmbed = random.chance(20)
    note.links = Array(
      Set(
        (0..<random.number(4)).map { _ in
          Note.link(random.one(targets), at: random.one(["subject", "lists[]"]))
        }
      )
    )
    return note
  }

  private static func change(_ random: inout Generator)
    -> @Sendable (any IndexTransaction) throws -> Void
  {
    switch random.number(20) {
    case 0:
      let address = note(&random).address
      return { try $0.recordWriting.delete(address) }
    case 1:
      let subject = random.chance(50) ? note(&random).address.uri : note(&random).did.string
      let reference = random.chance(60) ? "ref" : nil
      return { try $0.moderationWriting.setTakedown(of: subject, reference: reference) }
    case 2:
      let repository = TrackedRepository(
        did: Sample.did(random.one(accounts)),
        phase: .active,
        status: random.chance(60) ? .active : .inactive("deactivated")
      )
      return { transaction in
        var changes = SyncChanges()
        changes.repositories = [repository]
        try transaction.syncWriting.apply(changes)
      }
    case 3 where random.chance(20):
      let did = Sample.did(random.one(accounts))
      let isRemoved = random.chance(50)
      return { transaction in
        var changes = SyncChanges()
        if isRemoved { changes.removed = [did] } else { changes.cleared = [did] }
        changes.added = [did]
        try transaction.syncWriting.apply(changes)
      }
    default:
      let note = note(&random)
      return { try $0.put(note) }
    }
  }

  private static func condition(_ random: inout Generator) -> FieldCondition {
    let (field, value): (Int, IndexValue) =
      switch random.number(6) {
      case 5: (Note.Field.subject, .text(random.one(targets)))
      case 0: (Note.Field.text, .text(random.one(words)))
      case 1: (Note.Field.count, .integer(Int64(random.number(4))))
      case 2: (Note.Field.flag, .boolean(random.chance(50)))
      case 3: (Note.Field.at, .instant(Int64(random.number(3))))
      default: (Note.Field.tags, .text(random.one(words)))
      }
    let test: FieldCondition.Test =
      switch random.number(10) {
      case 0: .notEqual(value)
      case 1: .isOneOf([value])
      case 2: .less(value)
      case 3: .lessOrEqual(value)
      case 4: .greater(value)
      case 5: .greaterOrEqual(value)
      case 6: .exists
      case 7: .isMissing
      default: .equal(value)
      }
    return FieldCondition(field: .planned([field]), test: test)
  }

  private static func query(_ random: inout Generator) -> RecordQuery {
    var query = RecordQuery(
      collection: random.chance(95) ? Note.collection : Note.other,
      limit: 1 + random.number(20)
    )
    query.conditions = (0..<random.number(3)).map { _ in condition(&random) }
    if random.chance(30) {
      query.repos = (0..<random.number(4)).map { _ in Sample.did(random.one(accounts)) }
    }
    if random.chance(30) {
      query.search = SearchExpression(
        required: (0...random.number(2)).map { _ in
          (0...random.number(2)).map { _ in random.one(words) }
        },
        excluded: random.chance(30) ? [[random.one(words)]] : [],
        fields: random.chance(30) ? [Note.Field.alt] : nil
      )
    }
    if random.chance(50) {
      let field: QueryField =
        random.chance(60)
        ? .planned([
          random.one([Note.Field.count, Note.Field.text, Note.Field.at, Note.Field.subject])
        ])
        : .builtIn(random.one(BuiltInField.allCases))
      query.order = RecordOrder(field, isDescending: random.chance(50))
    } else {
      query.order.isDescending = random.chance(70)
    }
    return query
  }

  private static func answers(
    _ query: RecordQuery,
    _ snapshot: any IndexSnapshot
  ) throws -> [String] {
    var query = query
    var answers: [String] = []
    repeat {
      let page = try snapshot.records.query(query)
      answers += page.elements.map { "\($0.uri) \($0.cid) \($0.sortAt) \($0.indexedAt)" }
      query.after = page.next
      #expect(page.next == nil || page.elements.count == query.limit)
    } while query.after != nil
    answers.append("\(try snapshot.records.count(query))")
    answers += try snapshot.records.groups(
      query,
      by: .planned([Note.Field.tags]),
      limit: 3
    ).map { "\($0.value) \($0.count)" }
    return answers
  }

  private static func linkAnswers(
    _ target: String,
    _ path: String,
    _ snapshot: any IndexSnapshot
  ) throws -> [String] {
    let source = LinkSource(Note.collection, path)
    var answers = ["\(try snapshot.links.count(target, source, repos: nil))"]
    for isReversed in [false, true] {
      var query = LinkQuery(target: target, source: source, limit: 3)
      query.isReversed = isReversed
      repeat {
        let page = try snapshot.links.page(query)
        answers += page.elements.map(\.address.uri)
        query.after = page.next
      } while query.after != nil
      var position: [IndexValue]?
      repeat {
        let page = try snapshot.links.pairs(query, "lists[]", others: nil, after: position)
        answers += page.elements.map { "\($0.record.uri) \($0.other)" }
        position = page.next
      } while position != nil
    }
    var position: RecordPosition?
    repeat {
      let page = try snapshot.links.accounts(target, source, after: position, limit: 2)
      answers += page.elements.map(\.string)
      position = page.next
    } while position != nil
    let counts = try snapshot.links.pairCounts(
      LinkQuery(target: target, source: source),
      "lists[]",
      others: nil,
      after: nil
    )
    return answers + counts.elements.map { "\($0.other) \($0.count)" }
  }

  private static func timeline(
    _ dids: [DID],
    _ limit: Int,
    _ snapshot: any IndexSnapshot
  ) throws -> [String] {
    var uris: [String] = []
    var position: RecordPosition?
    repeat {
      let page = try snapshot.records.timeline(
        of: dids,
        [Note.collection, Note.other],
        after: position,
        limit: limit
      )
      uris += page.elements.map(\.uri)
      position = page.next
    } while position != nil
    return uris
  }

  @Test("memory and SQLite give equal answers", arguments: [1, 2, 3] as [UInt64])
  func answersAreEqual(_ seed: UInt64) async throws {
    var random = Generator(state: seed)
    let folder = try TemporaryFolder()
    // In some runs, hardly an account is counted anew when it is hidden or shown.
    let sqlite = try SQLiteAppViewStore(
      path: folder.path + "/index.sqlite",
      linksCountedAtOnce: seed % 2 == 0 ? 20_000 : 3
    )
    let stores: [any AppViewStore] = [MemoryAppViewStore(), sqlite]
    for store in stores {
      try await store.prepare("a", "a-b", "a.b", "b", "c", "d")
    }
    for round in 0..<12 {
      let changes = (0..<60).map { _ in Self.change(&random) }
      for store in stores {
        try await store.write { transaction in for change in changes { try change(transaction) } }
      }
      for _ in 0..<25 {
        let query = Self.query(&random)
        let answers = try await stores.mapInOrder { store in
          try await store.snapshot { try Self.answers(query, $0) }
        }
        #expect(answers[0] == answers[1], "seed \(seed), round \(round), \(query)")
      }
      for target in Self.targets {
        for path in ["subject", "lists[]"] {
          let answers = try await stores.mapInOrder { store in
            try await store.snapshot { try Self.linkAnswers(target, path, $0) }
          }
          #expect(answers[0] == answers[1], "seed \(seed), round \(round), \(target) \(path)")
        }
      }
      let dids = (0...random.number(5)).map { _ in Sample.did(random.one(Self.accounts)) }
      let limit = 1 + random.number(30)
      let timelines = try await stores.mapInOrder { store in
        try await store.snapshot { try Self.timeline(dids, limit, $0) }
      }
      #expect(timelines[0] == timelines[1], "seed \(seed), round \(round), \(dids)")
      let counts = try await stores.mapInOrder { store in
        try await store.snapshot { snapshot in
          try snapshot.records.collectionCounts().map { "\($0)" }
            + Self.accounts.map { "\(try snapshot.sync.recordCount(of: Sample.did($0)))" }
        }
      }
      #expect(counts[0] == counts[1], "seed \(seed), round \(round)")
    }
    try Self.expectIndexedPlans(sqlite)
    try sqlite.close()
  }

  /// No statement reads all rows of a table that grows with the network, except by an index that has
  /// what it needs: a page of accounts in their order, or a collection's own rows.
  private static func expectIndexedPlans(_ store: SQLiteAppViewStore) throws {
    for (sql, plan) in try store.plans() {
      for line in plan where line.hasPrefix("SCAN") {
        let isBounded =
          line.contains("VIRTUAL TABLE") || line.contains("phaseCount")
          || line.contains("SCAN collection") || line.contains("CONSTANT ROW")
          || line.contains("SCAN (subquery") || line.contains("accountUncounted")
        #expect(isBounded, "\(line) in \(sql)")
      }
      #expect(!plan.contains { $0.contains("AUTOMATIC") }, "\(plan) of \(sql)")
    }
  }
}

extension Array {
  fileprivate func mapInOrder<Value>(
    _ transform: (Element) async throws -> Value
  ) async throws -> [Value] {
    var values: [Value] = []
    for element in self { values.append(try await transform(element)) }
    return values
  }
}
