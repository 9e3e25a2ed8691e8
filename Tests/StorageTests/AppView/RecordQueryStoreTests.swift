import ATProtoData
import ATProtoSyntax
import AppView
import LexiconIndex
import Testing

@Suite struct RecordQueryStoreTests {
  private static let texts = ["one fish", "two fish", "red", "blue fish"]

  /// Five notes of two accounts, the newest first.
  private static let notes = [
    Note(account: "b", key: "5", createdAt: 500, text: texts[0], count: 3, flag: true, at: 7),
    Note(account: "a", key: "4", createdAt: 400, text: texts[1], count: 1, tags: ["x", "y"]),
    Note(account: "a", key: "3", createdAt: 300, text: texts[2], count: 3, at: 5, tags: ["y"]),
    Note(account: "b", key: "2", createdAt: 200, text: texts[3], flag: false, hasEmbed: true),
    Note(account: "a", key: "1", createdAt: 100, alts: ["a red fish", "blue sky"]),
  ]

  private static func withNotes(
    _ backend: AppViewBackend,
    _ body: (any AppViewStore) async throws -> Void
  ) async throws {
    try await backend.withStore { store async throws in
      try await store.prepare("a", "b")
      try await store.put(notes)
      try await body(store)
    }
  }

  private static let conditions: [(FieldCondition.Test, Int, String)] = [
    (.equal(.integer(3)), Note.Field.count, "b/5 a/3"),
    (.notEqual(.integer(3)), Note.Field.count, "a/4"),
    (.isOneOf([.integer(1), .integer(3), .integer(3)]), Note.Field.count, "b/5 a/4 a/3"),
    (.less(.integer(3)), Note.Field.count, "a/4"),
    (.lessOrEqual(.integer(3)), Note.Field.count, "b/5 a/4 a/3"),
    (.greater(.integer(1)), Note.Field.count, "b/5 a/3"),
    (.greaterOrEqual(.integer(1)), Note.Field.count, "b/5 a/4 a/3"),
    (.exists, Note.Field.count, "b/5 a/4 a/3"),
    (.isMissing, Note.Field.count, "b/2 a/1"),
    (.equal(.boolean(false)), Note.Field.flag, "b/2"),
    (.less(.instant(7)), Note.Field.at, "a/3"),
    (.exists, Note.Field.embed, "b/2"),
    (.equal(.text("y")), Note.Field.tags, "a/4 a/3"),
    (.notEqual(.text("x")), Note.Field.tags, "a/3"),
    (.hasPrefix("blue"), Note.Field.text, "b/2"),
    (.hasPrefix(""), Note.Field.text, "b/5 a/4 a/3 b/2"),
    (.hasPrefix("%"), Note.Field.text, ""),
    (.greater(.text("red")), Note.Field.text, "a/4"),
    (.equal(.text("nothing")), Note.Field.text, ""),
    (.equal(.text("nothing")), 99, ""),
    (.isMissing, 99, "b/5 a/4 a/3 b/2 a/1"),
  ]

  /// What is indexed of a record may have megabytes, so that only some of a page are read at once.
  @Test("lists of large records are complete", arguments: AppViewBackend.allCases)
  func listsOfLargeRecordsAreComplete(_ backend: AppViewBackend) async throws {
    try await backend.withStore { store async throws in
      try await store.prepare("a", "b")
      let long = String(repeating: "x", count: 1_000)
      let alts = (0..<100).map { "\($0)\(long)" }
      var notes: [Note] = []
      for number in 0..<24 {
        var note = Note(account: number % 3 == 0 ? "a" : "b", key: "\(10 + number)")
        note.createdAt = Int64(number) * 700
        note.text = "word"
        note.count = number % 4 == 3 ? nil : Int64(number % 4)
        note.alts = alts
        notes.append(note)
      }
      try await store.put(notes)
      let newest = notes.reversed().map(\.address.name)
      var search = RecordQuery.notes()
      search.search = SearchExpression(required: [["word"]])
      for query in [
        RecordQuery.notes(), search,
        RecordQuery.notes((field: Note.Field.text, test: .equal(.text("word")))),
      ] {
        for size in [1, 7, 50] { #expect(try await store.keys(query, pageSize: size) == newest) }
      }
      let byURI = notes.map(\.address).sorted { $0.uri < $1.uri }.map(\.name)
      let byCount = RecordQuery.notes(order: RecordOrder(.planned([1]), isDescending: false))
      let numbered = Dictionary(uniqueKeysWithValues: notes.map { ($0.address.name, $0.count) })
      var sorted: [String] = []
      for count: Int64? in [0, 1, 2, nil] { sorted += byURI.filter { numbered[$0] == count } }
      for size in [5, 50] { #expect(try await store.keys(byCount, pageSize: size) == sorted) }
    }
  }

  @Test func pagesOfLargeRecordsEndEarlyAndAreComplete() async throws {
    try await AppViewBackend.sqlite.withStore { store async throws in
      try await store.prepare("a")
      let bytes = [UInt8](repeating: 0, count: 1 << 20)
      let notes = (10..<40).map { Note(key: "\($0)", createdAt: Int64($0) * 1_000) }
      try await store.write { transaction in
        for note in notes {
          try transaction.recordWriting.put(
            note.address,
            cid: note.cid,
            bytes: bytes,
            entries: note.entries,
            at: note.indexedAt
          )
        }
      }
      let newest = notes.reversed().map(\.address.name)
      let page = try await store.snapshot { try $0.records.query(.notes()) }
      #expect(page.elements.count == 16)
      #expect(try await store.keys(.notes()) == newest)
      let keys = try await store.snapshot { snapshot in
        var keys: [String] = []
        var last: RecordKey?
        repeat {
          let page = try snapshot.records
            .list(Note.collection, of: Sample.did("a"), after: last, isReversed: false, limit: 50)
          #expect(page.elements.count <= 16)
          keys += page.elements.map(\.name)
          last = page.next
        } while last != nil
        return keys
      }
      #expect(keys == newest)
    }
  }

  @Test("conditions select records", arguments: AppViewBackend.allCases)
  func conditionsSelectRecords(_ backend: AppViewBackend) async throws {
    try await Self.withNotes(backend) { store async throws in
      for (test, field, expected) in Self.conditions {
        let query = RecordQuery.notes((field: field, test: test))
        for size in [1, 50] {
          let keys = try await store.keys(query, pageSize: size)
          #expect(keys.joined(separator: " ") == expected, "\(field) \(test)")
        }
        let count = try await store.snapshot { try $0.records.count(query) }
        #expect(count.records == expected.split(separator: " ").count, "\(field) \(test)")
      }
    }
  }

  /// More than 400 records have the prefix, and more than are scanned at first are newer than them.
  @Test("a prefix of old records among many others", arguments: AppViewBackend.allCases)
  func rarePrefixIsFound(_ backend: AppViewBackend) async throws {
    try await backend.withStore { store async throws in
      try await store.prepare("a", "b")
      let time: Int64 = 10_000_000_000
      let old = (0..<450).map { number in
        let value = "blue\(number % 30)"
        return Note(
          account: number.isMultiple(of: 2) ? "a" : "b",
          key: "old\(number)",
          createdAt: Int64(number) * 700,
          indexedAt: time,
          tags: number.isMultiple(of: 7) ? [value, value + "x"] : [value]
        )
      }
      let new = (0..<4_200).map { number in
        Note(
          account: "a",
          key: "new\(number)",
          createdAt: time / 2 + Int64(number) * 700,
          indexedAt: time,
          tags: ["red"]
        )
      }
      try await store.put(old + new)
      let expected = old.reversed().map { "\($0.account)/\($0.key)" }
      let query = RecordQuery.notes((field: Note.Field.tags, test: .hasPrefix("blue")))
      #expect(try await store.keys(query, pageSize: 200) == expected)
      var reversed = query
      reversed.order = RecordOrder(isDescending: false)
      #expect(try await store.keys(reversed, pageSize: 200) == expected.reversed())
      // The other records are found without a merge.
      let red = RecordQuery.notes((field: Note.Field.tags, test: .hasPrefix("r")), limit: 3)
      let page = try await store.snapshot { try $0.records.query(red) }
      #expect(page.elements.map(\.name) == ["a/new4199", "a/new4198", "a/new4197"])
    }
  }

  @Test("the records of accounts are counted", arguments: AppViewBackend.allCases)
  func recordsOfAccountsAreCounted(_ backend: AppViewBackend) async throws {
    try await Self.withNotes(backend) { store async throws in
      var query = RecordQuery.notes()
      query.repos = ["a", "b", "none"].map(Sample.did)
      let count = try await store.snapshot { [query] in try $0.records.count(query) }
      #expect(count == LinkCount(records: 5, accounts: 2))
      try await store.takeDown(Self.notes[1].address.uri)
      try await store.setActive("b", false)
      let rest = try await store.snapshot { [query] in try $0.records.count(query) }
      #expect(rest == LinkCount(records: 2, accounts: 1))
      let dids = ["a", "a", "b", "none"].map(Sample.did)
      let visible = try await store.snapshot { try $0.accounts.visibleCount(dids) }
      #expect(visible == 1)
    }
  }

  @Test("conditions are joined by and", arguments: AppViewBackend.allCases)
  func conditionsAreJoined(_ backend: AppViewBackend) async throws {
    try await Self.withNotes(backend) { store async throws in
      let query = RecordQuery.notes(
        (field: Note.Field.count, test: .equal(.integer(3))),
        (field: Note.Field.tags, test: .equal(.text("y")))
      )
      #expect(try await store.keys(query) == ["a/3"])
      let count = try await store.snapshot { try $0.records.count(query) }
      #expect(count == LinkCount(records: 1, accounts: 1))
      var ofAccount = query
      ofAccount.repos = [Sample.did("b"), Sample.did("unknown")]
      #expect(try await store.keys(ofAccount).isEmpty)
      ofAccount.repos = []
      #expect(try await store.keys(ofAccount).isEmpty)
    }
  }

  @Test("built-in fields can be tested and ordered", arguments: AppViewBackend.allCases)
  func builtInFields(_ backend: AppViewBackend) async throws {
    try await Self.withNotes(backend) { store async throws in
      var query = RecordQuery.notes()
      func keys(_ field: BuiltInField, _ test: FieldCondition.Test) async throws -> [String] {
        query.conditions = [FieldCondition(field: .builtIn(field), test: test)]
        return try await store.keys(query)
      }
      let note = Self.notes[2]
      #expect(try await keys(.uri, .equal(.text(note.address.uri))) == ["a/3"])
      #expect(try await keys(.did, .equal(.text(note.did.string))) == ["a/4", "a/3", "a/1"])
      #expect(try await keys(.recordKey, .greater(.text("3"))) == ["b/5", "a/4"])
      #expect(try await keys(.cid, .equal(.text(note.cid.string))) == ["a/3"])
      #expect(try await keys(.sortAt, .less(.instant(300))) == ["b/2", "a/1"])
      query.conditions = []
      for (field, ascending) in [
        (BuiltInField.uri, "a/1 a/3 a/4 b/2 b/5"), (.did, "a/1 a/3 a/4 b/2 b/5"),
        (.recordKey, "a/1 b/2 a/3 a/4 b/5"), (.sortAt, "a/1 b/2 a/3 a/4 b/5"),
      ] {
        let expected = ascending.split(separator: " ").map(String.init)
        query.order = RecordOrder(.builtIn(field), isDescending: false)
        #expect(try await store.keys(query, pageSize: 2) == expected, "\(field)")
        query.order.isDescending = true
        #expect(try await store.keys(query, pageSize: 2) == expected.reversed(), "\(field)")
      }
    }
  }

  @Test("records without the field come last", arguments: AppViewBackend.allCases)
  func missingValuesComeLast(_ backend: AppViewBackend) async throws {
    try await Self.withNotes(backend) { store async throws in
      let field = QueryField.planned([Note.Field.count])
      for size in 1...6 {
        let ascending = RecordQuery.notes(order: RecordOrder(field, isDescending: false))
        #expect(
          try await store.keys(ascending, pageSize: size) == ["a/4", "a/3", "b/5", "a/1", "b/2"]
        )
        let descending = RecordQuery.notes(order: RecordOrder(field, isDescending: true))
        #expect(
          try await store.keys(descending, pageSize: size) == ["b/5", "a/3", "a/4", "b/2", "a/1"]
        )
      }
    }
  }

  @Test("records of one time are ordered by URI", arguments: AppViewBackend.allCases)
  func tiesAreOrderedByURI(_ backend: AppViewBackend) async throws {
    try await backend.withStore { store async throws in
      try await store.prepare("a", "a-b", "a.b", "b")
      // The first DID is a prefix of others, and there are characters before the slash.
      let notes = (0..<40).map { number in
        Note(
          account: ["b", "a.b", "a", "a-b"][number % 4],
          key: "k\(number / 4)",
          createdAt: 700 + Int64(number % 3),
          count: 1
        )
      }
      try await store.put(notes)
      let expected = notes.sorted {
        ($0.createdAt!, $0.address.uri) > ($1.createdAt!, $1.address.uri)
      }.map(\.address.name)
      for size in [1, 7, 100] {
        #expect(try await store.keys(.notes(), pageSize: size) == expected)
        let filtered = RecordQuery.notes((field: Note.Field.count, test: .equal(.integer(1))))
        #expect(try await store.keys(filtered, pageSize: size) == expected)
        var oldest = RecordQuery.notes()
        oldest.order.isDescending = false
        #expect(try await store.keys(oldest, pageSize: size) == expected.reversed())
        let timeline = try await store.snapshot { snapshot in
          var names: [String] = []
          var position: RecordPosition?
          repeat {
            let page = try snapshot.records.timeline(
              of: ["a", "a-b", "a.b", "b"].map(Sample.did),
              [Note.collection, Note.other],
              after: position,
              limit: size
            )
            names += page.elements.map(\.name)
            position = page.next
          } while position != nil
          return names
        }
        #expect(timeline == expected)
      }
    }
  }

  @Test("pages neither repeat nor skip others", arguments: AppViewBackend.allCases)
  func pagesAreStable(_ backend: AppViewBackend) async throws {
    try await backend.withStore { store async throws in
      try await store.prepare("a")
      try await store.put(
        (0..<10).map { Note(key: "k\($0)", createdAt: Int64($0) * 1_000, count: 1) }
      )
      var query = RecordQuery.notes((field: Note.Field.count, test: .equal(.integer(1))), limit: 4)
      let first = try await store.snapshot { [query] in try $0.records.query(query) }
      #expect(first.elements.map(\.name) == ["a/k9", "a/k8", "a/k7", "a/k6"])
      // The record of the position and one after it go, others come before and after it.
      try await store.write { transaction in
        try transaction.recordWriting.delete(Note(key: "k6").address)
        try transaction.recordWriting.delete(Note(key: "k4").address)
        try transaction.put(Note(key: "new", createdAt: 9_500, count: 1))
        try transaction.put(Note(key: "old", createdAt: 4_500, count: 1))
      }
      query.after = first.next
      #expect(
        try await store.keys(query) == ["a/k5", "a/old", "a/k3", "a/k2", "a/k1", "a/k0"]
      )
    }
  }

  @Test("words, phrases, exclusions, and fields are searched", arguments: AppViewBackend.allCases)
  func searchFindsWords(_ backend: AppViewBackend) async throws {
    try await Self.withNotes(backend) { store async throws in
      func keys(
        _ required: [[String]],
        not excluded: [[String]] = [],
        in fields: [Int]? = nil
      ) async throws -> [String] {
        var query = RecordQuery.notes()
        query.search = SearchExpression(required: required, excluded: excluded, fields: fields)
        return try await store.keys(query, pageSize: 2)
      }
      #expect(try await keys([["fish"]]) == ["b/5", "a/4", "b/2", "a/1"])
      #expect(try await keys([["fish"], ["red"]]) == ["a/1"])
      #expect(try await keys([["red", "fish"]]) == ["a/1"])
      #expect(try await keys([["fish", "red"]]).isEmpty)
      // The words are next to each other only if values are joined.
      #expect(try await keys([["fish", "blue"]]).isEmpty)
      #expect(try await keys([["fish"]], not: [["two"], ["a", "red"]]) == ["b/5", "b/2"])
      #expect(try await keys([["fish"]], in: [Note.Field.alt]) == ["a/1"])
      #expect(try await keys([["fish"]], in: [Note.Field.count]).isEmpty)
      #expect(try await keys([["fis"]]).isEmpty)
    }
  }

  @Test("words of all scripts are found", arguments: AppViewBackend.allCases)
  func searchFindsAllScripts(_ backend: AppViewBackend) async throws {
    try await backend.withStore { store async throws in
      try await store.prepare("a")
      let texts = ["Stra\u{DF}e", "\u{65E5}\u{672C}", "\u{E9}t\u{E9}", "ete", "a_b", "\u{1E900}"]
      try await store.put(texts.enumerated().map { Note(key: "k\($0.offset)", text: $0.element) })
      for (index, text) in texts.enumerated() {
        let words = SearchWords.words(in: text)
        guard !words.isEmpty else { continue }
        var query = RecordQuery.notes()
        query.search = SearchExpression(required: [words])
        #expect(try await store.keys(query) == ["a/k\(index)"], "\(text)")
      }
    }
  }

  @Test("values are counted by group", arguments: AppViewBackend.allCases)
  func groupsAreCounted(_ backend: AppViewBackend) async throws {
    try await Self.withNotes(backend) { store async throws in
      let counts = try await store.snapshot { snapshot in
        try snapshot.records.groups(
          .notes(),
          by: .planned([Note.Field.tags]),
          limit: 10
        ).map { "\($0.value) \($0.count)" }
          + snapshot.records.groups(.notes(), by: .builtIn(.did), limit: 1).map {
            "\($0.value) \($0.count)"
          }
      }
      let a = IndexValue.text(Sample.did("a").string)
      #expect(counts == ["\(IndexValue.text("y")) 2", "\(IndexValue.text("x")) 1", "\(a) 3"])
      let all = try await store.snapshot { try $0.records.count(.notes()) }
      #expect(all == LinkCount(records: 5, accounts: 2))
    }
  }

  @Test func deadlineEndsAQuery() async throws {
    for backend in AppViewBackend.allCases {
      try await Self.withNotes(backend) { store async throws in
        await #expect(throws: AppViewStoreError(.deadline, "")) {
          try await store.read(deadline: .now - .seconds(1)) { snapshot in
            _ = try snapshot.records.query(.notes())
          }
        }
        // Others go on.
        #expect(try await store.keys(.notes()).count == 5)
      }
    }
  }
}
