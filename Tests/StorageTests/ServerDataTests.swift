import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import PDS
import Testing

@Suite struct ServerDataTests {
  private static let alice = Sample.did("alice")

  @Test("secrets are stored and replaced by name", arguments: StoreBackend.allCases)
  func secretsAreStored(_ backend: StoreBackend) async throws {
    try await backend.withStore { store in
      try await store.write { transaction throws in
        #expect(try transaction.secrets.secret("a") == nil)
        try transaction.secrets.setSecret("a", [1])
        try transaction.secrets.setSecret("b", [2])
        try transaction.secrets.setSecret("a", [0, 255])
        #expect(try transaction.secrets.secret("a") == [0, 255])
        #expect(try transaction.secrets.secret("b") == [2])
      }
    }
  }

  @Test(
    "preferences keep their order, and are replaced as a whole",
    arguments: StoreBackend.allCases
  )
  func preferencesAreReplaced(_ backend: StoreBackend) async throws {
    try await backend.withStore { store in
      try await store.insertAccounts("alice", "bob")
      let preferences = ["b", "a", "b", "c"].enumerated().map { index, type in
        StoredPreference(type: type, block: [UInt8(index)])
      }
      try await store.write { transaction throws in
        let stored = transaction.preferences
        try stored.setPreferences(preferences, of: Self.alice)
        #expect(try stored.preferences(of: Self.alice) == preferences)
        #expect(try stored.preferences(of: Sample.did("bob")).isEmpty)
        try stored.setPreferences([preferences[3], preferences[1]], of: Self.alice)
        #expect(try stored.preferences(of: Self.alice) == [preferences[3], preferences[1]])
        try stored.setPreferences([], of: Self.alice)
        #expect(try stored.preferences(of: Self.alice).isEmpty)
      }
    }
  }

  @Test(
    "takedowns keep their reference, and apply to accounts and blobs",
    arguments: StoreBackend.allCases
  )
  func takedownsAreStored(_ backend: StoreBackend) async throws {
    try await backend.withStore { store in
      try await store.insertAccounts("alice", "bob")
      try await store.write { transaction throws in
        let takedowns = transaction.takedowns
        let blob = Sample.cid("blob")
        try transaction.blobs.insert(Sample.blob("blob"), of: Self.alice)
        let subjects: [TakedownSubject] = [
          .account(Self.alice), .record(Self.alice, Sample.path("a")), .blob(Self.alice, blob),
        ]
        for (index, subject) in subjects.enumerated() {
          #expect(try takedowns.reference(of: subject) == nil)
          try takedowns.set("first", of: subject)
          try takedowns.set("note \(index)", of: subject)
        }
        for (index, subject) in subjects.enumerated() {
          #expect(try takedowns.reference(of: subject) == "note \(index)")
        }
        #expect(try transaction.accounts.status(of: Self.alice) == .takendown)
        #expect(try transaction.blobs.blob(blob, of: Self.alice)?.isTakenDown == true)
        #expect(try takedowns.reference(of: .account(Sample.did("bob"))) == nil)
        #expect(try takedowns.reference(of: .record(Self.alice, Sample.path("b"))) == nil)
        for subject in subjects { try takedowns.set(nil, of: subject) }
        #expect(try transaction.accounts.status(of: Self.alice) == .active)
        #expect(try transaction.blobs.blob(blob, of: Self.alice)?.isTakenDown == false)
        #expect(try subjects.allSatisfy { try takedowns.reference(of: $0) == nil })
      }
    }
  }

  @Test(
    "the record keys of a collection do not include those of another",
    arguments: StoreBackend.allCases
  )
  func recordKeysAreOfOneCollection(_ backend: StoreBackend) async throws {
    try await backend.withStore { store in
      try await store.insertAccounts("alice", "bob")
      try await store.write { transaction throws in
        let takedowns = transaction.takedowns
        let paths = [
          Sample.path("a"), Sample.path("~"), Sample.path("c", in: "com.example.notes"),
          Sample.path("d", in: "com.example.note.other"), Sample.path("e", in: "com.example.no"),
        ]
        for path in paths { try takedowns.set("note", of: .record(Self.alice, path)) }
        try takedowns.set("note", of: .record(Sample.did("bob"), Sample.path("f")))
        try takedowns.set("note", of: .blob(Self.alice, Sample.cid("blob")))
        try takedowns.set("note", of: .account(Self.alice))
        #expect(try takedowns.recordKeys(of: Self.alice, in: "com.example.note") == ["a", "~"])
        #expect(try takedowns.recordKeys(of: Self.alice, in: "com.example.none").isEmpty)
      }
    }
  }
}
