import ATProtoSyntax
import PDS
import Testing

@Suite struct InviteStoreTests {
  private static func code(_ code: String, of owner: String = "admin", at time: Int) -> InviteCode {
    InviteCode(code: code, capacity: 3, forAccount: owner, createdBy: "admin", createdAt: time)
  }

  @Test("a code is stored once, with its uses, latest first", arguments: StoreBackend.allCases)
  func codesAreStored(_ backend: StoreBackend) async throws {
    try await backend.withStore { store in
      try await store.write { transaction throws in
        let invites = transaction.invites
        try invites.insert(Self.code("a", of: "did:web:owner.test", at: 5))
        try invites.insert(Self.code("b", at: 5))
        for (name, time) in [("y", 1), ("z", 2), ("x", 2)] {
          try invites.use("a", by: Sample.did(name), at: time)
        }
        try invites.use("b", by: Sample.did("y"), at: 9)
        let found = try #require(try invites.code("a"))
        #expect(found.capacity == 3 && !found.isDisabled && found.createdAt == 5)
        #expect(found.forAccount == "did:web:owner.test" && found.createdBy == "admin")
        #expect(found.uses.map(\.usedBy) == ["x", "z", "y"].map(Sample.did))
        #expect(found.uses.map(\.usedAt) == [2, 2, 1])
        #expect(try invites.code("c") == nil)
        #expect(try invites.code(usedBy: Sample.did("x"))?.code == "a")
        // The latest code.
        #expect(try invites.code(usedBy: Sample.did("y"))?.code == "b")
        #expect(try invites.code(usedBy: Sample.did("w")) == nil)
      }
      let failures: [@Sendable (any InviteStore) throws -> Void] = [
        { try $0.insert(Self.code("a", at: 1)) },
        { try $0.use("a", by: Sample.did("x"), at: 9) },
        { try $0.use("missing", by: Sample.did("x"), at: 9) },
      ]
      for failure in failures {
        await #expect(throws: (any Error).self) {
          try await store.write { try failure($0.invites) }
        }
      }
    }
  }

  @Test("codes are disabled by name and by owner", arguments: StoreBackend.allCases)
  func codesAreDisabled(_ backend: StoreBackend) async throws {
    try await backend.withStore { store in
      try await store.write { transaction throws in
        let invites = transaction.invites
        for (name, owner, time) in [("a", "x", 1), ("b", "x", 2), ("d", "y", 2), ("c", "y", 2)] {
          try invites.insert(Self.code(name, of: owner, at: time))
        }
        #expect(try invites.codes(of: "x").map(\.code) == ["b", "a"])
        #expect(try invites.codes(of: "y").map(\.code) == ["c", "d"])
        #expect(try invites.codes(of: "z").isEmpty)
        try invites.disable(["d", "missing"], of: ["x"])
        let disabled = try ["a", "b", "c", "d"].filter { try invites.code($0)?.isDisabled == true }
        #expect(disabled == ["a", "b", "d"])
      }
    }
  }

  @Test(
    "pages are ordered by age or by use, and a cursor continues without gaps or duplicates",
    arguments: StoreBackend.allCases,
    [1, 2, 3, 10]
  )
  func pagesContinue(_ backend: StoreBackend, _ limit: Int) async throws {
    try await backend.withStore { store in
      try await store.write { transaction throws in
        let invites = transaction.invites
        for (name, time) in [("a", 1), ("b", 3), ("c", 2), ("d", 2), ("e", 5)] {
          try invites.insert(Self.code(name, at: time))
        }
        for (name, uses) in [("b", 1), ("c", 3), ("d", 1)] {
          for use in 0..<uses { try invites.use(name, by: Sample.did("u\(use)"), at: 1) }
        }
      }
      for (order, expected) in [(InviteOrder.recent, "ebdca"), (.usage, "cdbea")] {
        let found = try await store.read { transaction throws in
          var found = ""
          var cursor: InviteCursor?
          while true {
            let page = try transaction.invites.page(order, after: cursor, limit: limit)
            guard let last = page.last, page.count <= limit else { return found }
            found += page.map(\.code).joined()
            // In the form in which clients send it back.
            cursor = InviteCursor(InviteCursor(last, order).text)
          }
        }
        #expect(found == expected)
      }
    }
  }
}
