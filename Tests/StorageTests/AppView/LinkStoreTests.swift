import ATProtoSyntax
import AppView
import LexiconIndex
import Testing

@Suite struct LinkStoreTests {
  private static let target = "at://did:web:author.test/com.example.note/1"
  private static let source = LinkSource(Note.collection, "subject")

  /// Five records of three accounts link to the target, the newest first; one of them twice to others.
  private static let notes = [
    Note(account: "c", key: "6", createdAt: 600, links: [Note.link(target)]),
    Note(account: "a", key: "5", createdAt: 500, links: [Note.link("at://x/y")]),
    Note(account: "a", key: "4", createdAt: 400, links: [Note.link(target), list("did:web:l2")]),
    Note(
      account: "b",
      key: "3",
      createdAt: 300,
      links: [
        Note.link(target), list("did:web:l2"), list("did:web:l1"), Note.link(target, at: "x"),
      ]
    ),
    // Invalid records link as well.
    Note(account: "a", key: "2", createdAt: 200, isValid: false, links: [Note.link(target)]),
    Note(account: "b", key: "1", createdAt: 100, links: [Note.link(target), list("did:web:l1")]),
  ]

  private static func list(_ target: String) -> IndexEntries.Link {
    Note.link(target, at: "lists[]")
  }

  private static func withNotes(
    _ backend: AppViewBackend,
    _ body: (any AppViewStore) async throws -> Void
  ) async throws {
    try await backend.withStore { store async throws in
      try await store.prepare("a", "b", "c")
      try await store.put(notes)
      try await body(store)
    }
  }

  private static func pages(
    _ store: any AppViewStore,
    _ query: LinkQuery,
    size: Int
  ) async throws -> [String] {
    try await store.snapshot { snapshot in
      var query = query
      query.limit = size
      var names: [String] = []
      while true {
        let page = try snapshot.links.page(query)
        names += page.elements.map(\.address.name)
        guard let next = page.next else { return names }
        query.after = next
      }
    }
  }

  @Test("links are listed by time", arguments: AppViewBackend.allCases)
  func linksAreListed(_ backend: AppViewBackend) async throws {
    try await Self.withNotes(backend) { store async throws in
      for size in [1, 2, 16] {
        var query = LinkQuery(target: Self.target, source: Self.source)
        let all = ["c/6", "a/4", "b/3", "a/2", "b/1"]
        #expect(try await Self.pages(store, query, size: size) == all)
        query.isReversed = true
        #expect(try await Self.pages(store, query, size: size) == all.reversed())
        query.repos = [Sample.did("b"), Sample.did("c"), Sample.did("unknown")]
        #expect(try await Self.pages(store, query, size: size) == ["b/1", "b/3", "c/6"])
        query.repos = []
        #expect(try await Self.pages(store, query, size: size).isEmpty)
        query = LinkQuery(target: Self.target + "0", source: Self.source)
        #expect(try await Self.pages(store, query, size: size).isEmpty)
        query = LinkQuery(target: Self.target, source: LinkSource(Note.collection, "x"))
        #expect(try await Self.pages(store, query, size: size) == ["b/3"])
      }
    }
  }

  @Test("counts are of visible records and their accounts", arguments: AppViewBackend.allCases)
  func countsAreOfVisibleRecords(_ backend: AppViewBackend) async throws {
    try await Self.withNotes(backend) { store async throws in
      func count(_ repos: [DID]? = nil) async throws -> LinkCount {
        try await store.snapshot { try $0.links.count(Self.target, Self.source, repos: repos) }
      }
      #expect(try await count() == LinkCount(records: 5, accounts: 3))
      #expect(
        try await count([Sample.did("a"), Sample.did("a"), Sample.did("d")])
          == LinkCount(records: 2, accounts: 1)
      )
      try await store.setActive("a", false)
      #expect(try await count() == LinkCount(records: 3, accounts: 2))
      #expect(try await count([Sample.did("a")]) == LinkCount())
      // Links of a hidden account come and go unseen.
      try await store.put(
        Note(account: "a", key: "7", createdAt: 700, links: [Note.link(Self.target)])
      )
      try await store.write { try $0.recordWriting.delete(Self.notes[2].address) }
      #expect(try await count() == LinkCount(records: 3, accounts: 2))
      try await store.setActive("a", true)
      #expect(try await count() == LinkCount(records: 5, accounts: 3))
      // One record of an account with two, and then the other.
      try await store.takeDown(Self.notes[3].address.uri)
      #expect(try await count() == LinkCount(records: 4, accounts: 3))
      try await store.takeDown(Self.notes[5].address.uri)
      #expect(try await count() == LinkCount(records: 3, accounts: 2))
      try await store.takeDown(Self.notes[5].address.uri, nil)
      #expect(try await count() == LinkCount(records: 4, accounts: 3))
      try await store.takeDown(Sample.did("c").string)
      #expect(try await count() == LinkCount(records: 3, accounts: 2))
      let counts = try await store.snapshot { snapshot in
        try snapshot.links.counts([
          (target: "at://x/y", source: Self.source), (target: Self.target, source: Self.source),
          (target: "nothing", source: Self.source),
        ])
      }
      #expect(
        counts == [
          LinkCount(records: 1, accounts: 1), LinkCount(records: 3, accounts: 2), LinkCount(),
        ]
      )
    }
  }

  @Test("accounts are listed once by their newest link", arguments: AppViewBackend.allCases)
  func accountsAreListedOnce(_ backend: AppViewBackend) async throws {
    try await Self.withNotes(backend) { store async throws in
      for size in [1, 2, 16] {
        let accounts = try await store.snapshot { snapshot in
          var accounts: [DID] = []
          var position: RecordPosition?
          repeat {
            let page = try snapshot.links.accounts(
              Self.target,
              Self.source,
              after: position,
              limit: size
            )
            accounts += page.elements
            position = page.next
          } while position != nil
          return accounts
        }
        #expect(accounts == ["c", "a", "b"].map(Sample.did))
      }
      let links = try await store.snapshot { snapshot in
        try snapshot.links.links(
          from: Sample.did("a"),
          to: [Self.target, "at://x/y", "nothing"],
          Self.source
        ).mapValues(\.address.name)
      }
      #expect(links == [Self.target: "a/4", "at://x/y": "a/5"])
    }
  }

  @Test("pairs join two paths of a record", arguments: AppViewBackend.allCases)
  func pairsJoinPaths(_ backend: AppViewBackend) async throws {
    try await Self.withNotes(backend) { store async throws in
      for size in [1, 2, 16] {
        for (others, expected) in [
          (nil, ["a/4 did:web:l2", "b/3 did:web:l1", "b/3 did:web:l2", "b/1 did:web:l1"]),
          (["did:web:l1"], ["b/3 did:web:l1", "b/1 did:web:l1"]),
        ] as [([String]?, [String])] {
          let query = LinkQuery(target: Self.target, source: Self.source, limit: size)
          let pairs = try await store.snapshot { snapshot in
            var pairs: [String] = []
            var position: [IndexValue]?
            repeat {
              let page = try snapshot.links.pairs(
                query,
                "lists[]",
                others: others,
                after: position
              )
              pairs += page.elements.map { "\($0.record.name) \($0.other)" }
              position = page.next
            } while position != nil
            return pairs
          }
          #expect(pairs == expected)
        }
        let counts = try await store.snapshot { snapshot in
          var counts: [String] = []
          var other: String?
          repeat {
            let page = try snapshot.links.pairCounts(
              LinkQuery(target: Self.target, source: Self.source, limit: size),
              "lists[]",
              others: nil,
              after: other
            )
            counts += page.elements.map {
              "\($0.other) \($0.count.records) \($0.count.accounts)"
            }
            other = page.next
          } while other != nil
          return counts
        }
        #expect(counts == ["did:web:l1 2 1", "did:web:l2 2 2"])
      }
    }
  }

  @Test("targets are compared by bytes", arguments: AppViewBackend.allCases)
  func targetsAreComparedByBytes(_ backend: AppViewBackend) async throws {
    try await backend.withStore { store async throws in
      try await store.prepare("a")
      let targets = ["https://e\u{301}", "https://\u{E9}", "https://%", "https://_"]
      try await store.put(
        targets.enumerated().map { Note(key: "\($0.offset)", links: [Note.link($0.element)]) }
      )
      for (index, target) in targets.enumerated() {
        let query = LinkQuery(target: target, source: Self.source)
        #expect(try await Self.pages(store, query, size: 5) == ["a/\(index)"])
      }
    }
  }
}
