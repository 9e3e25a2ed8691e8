import ATProtoData
import ATProtoSyntax
import AppView
import LexiconIndex
import TestSupport
import Testing
import VerifiedSync

@Suite struct VisibilityStoreTests {
  @Test("a hidden account is in no answer until it is shown", arguments: AppViewBackend.allCases)
  func hiddenAccountIsInNoAnswer(_ backend: AppViewBackend) async throws {
    try await backend.withStore { store async throws in
      try await store.prepare("a", "b")
      let link = Note.link("did:web:x")
      let note = Note(account: "a", key: "1", createdAt: 100, text: "word", count: 1, links: [link])
      try await store.put(
        note,
        Note(account: "b", key: "2", createdAt: 200, text: "word", count: 1)
      )
      func seen() async throws -> [Int] {
        try await store.snapshot { snapshot in
          var search = RecordQuery.notes()
          search.search = SearchExpression(required: [["word"]])
          let equal = RecordQuery.notes((field: Note.Field.count, test: .equal(.integer(1))))
          let records = snapshot.records
          return [
            try records.record(note.address) == nil ? 0 : 1,
            try records.records([note.address]).count,
            try records.list(
              Note.collection,
              of: note.did,
              after: nil,
              isReversed: false,
              limit: 5
            ).elements.count,
            try records.query(.notes()).elements.count - 1,
            try records.query(search).elements.count - 1,
            try records.query(equal).elements.count - 1,
            try records.count(.notes()).records - 1,
            try records.count(equal).accounts - 1,
            try records.timeline(
              of: [note.did],
              [Note.collection],
              after: nil,
              limit: 5
            ).elements.count,
            try snapshot.links.count(
              "did:web:x",
              LinkSource(Note.collection, "subject"),
              repos: nil
            ).accounts,
          ]
        }
      }
      let (all, none) = (Array(repeating: 1, count: 10), Array(repeating: 0, count: 10))
      #expect(try await seen() == all)
      try await store.setActive("a", false)
      #expect(try await seen() == none)
      try await store.takeDown(note.did.string, "ref")
      try await store.setActive("a", true)
      #expect(try await seen() == none)
      try await store.takeDown(note.did.string, nil)
      #expect(try await seen() == all)
      try await store.takeDown(note.address.uri, "ref")
      #expect(try await seen() == none)
      // A takedown survives an update and a deletion of the record.
      var update = note
      update.version = 1
      try await store.put(update)
      #expect(try await seen() == none)
      try await store.write { try $0.recordWriting.delete(note.address) }
      try await store.put(note)
      #expect(try await seen() == none)
      try await store.takeDown(note.address.uri, nil)
      #expect(try await seen() == all)
      let takedowns = try await store.snapshot { try $0.moderation.takedowns(after: nil, limit: 5) }
      #expect(takedowns.isEmpty)
    }
  }

  @Test("an account says why it is hidden", arguments: AppViewBackend.allCases)
  func accountSaysWhyItIsHidden(_ backend: AppViewBackend) async throws {
    try await backend.withStore { store async throws in
      try await store.takeDown(Sample.did("b").string, "ref")
      try await store.prepare("a", "b", "c")
      try await store.setActive("c", false)
      let accounts = try await store.snapshot {
        try $0.accounts.accounts(["a", "b", "c", "d"].map(Sample.did))
      }
      #expect(
        accounts.mapValues(\.visibility) == [
          Sample.did("a"): .visible, Sample.did("b"): .takenDown,
          Sample.did("c"): .inactive("deactivated"),
        ]
      )
      let rows = try await store.snapshot { snapshot in
        try snapshot.moderation.takedowns(after: "did:", limit: 5).map { "\($0) \($1)" }
      }
      #expect(rows == ["\(Sample.did("b")) ref"])
      #expect(
        try await store.snapshot { try $0.moderation.takedown(of: Sample.did("a").string) } == nil
      )
    }
  }

  @Test("mutes and seen times belong to a viewer", arguments: AppViewBackend.allCases)
  func viewersAreApart(_ backend: AppViewBackend) async throws {
    try await backend.withStore { store async throws in
      let (a, b) = (Sample.did("a"), Sample.did("b"))
      let others = ["x", "y", "z"].map(Sample.did)
      try await store.write { transaction in
        for did in others { try transaction.viewersWriting.setMuted(did, by: a, true) }
        try transaction.viewersWriting.setMuted(others[0], by: a, true)
        try transaction.viewersWriting.setMuted(others[1], by: b, true)
        try transaction.viewersWriting.setSeenAt(5, of: a)
      }
      let lists = try await store.snapshot { snapshot in
        var dids: [DID] = []
        var position: Int64?
        repeat {
          let page = try snapshot.viewers.mutes(of: a, before: position, limit: 2)
          dids += page.elements.map(\.did)
          position = page.next
        } while position != nil
        return (dids, try snapshot.viewers.muted(by: b, among: others + others))
      }
      #expect(lists.0 == others.reversed())
      #expect(lists.1 == [others[1]])
      try await store.write { try $0.viewersWriting.setMuted(others[1], by: b, false) }
      let rest = try await store.snapshot { snapshot in
        (
          try snapshot.viewers.muted(by: b, among: others), try snapshot.viewers.seenAt(of: a),
          try snapshot.viewers.seenAt(of: b)
        )
      }
      #expect(rest.0.isEmpty)
      #expect(rest.1 == 5)
      #expect(rest.2 == nil)
    }
  }
}
