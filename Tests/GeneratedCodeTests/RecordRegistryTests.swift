import ATProtoData
import ATProtoSyntax
import AppBskyAPI
import ComAtprotoAPI
import SnapshotModule
import Testing

@Suite("Registry of record types")
struct RecordRegistryTests {
  @Test("a namespace root lists all of its record types by NSID")
  func recordsAreListedByNSID() {
    let nsids = AppBsky.records.map { $0.nsid }
    #expect(nsids.contains("app.bsky.feed.post") && nsids.contains("app.bsky.graph.follow"))
    #expect(nsids == nsids.sorted() && Set(nsids).count == nsids.count)
    #expect(nsids.allSatisfy { $0.hasPrefix("app.bsky.") })
    #expect(ComAtproto.records.map { $0.nsid } == ["com.atproto.lexicon.schema"])
  }

  @Test("a record type knows the type of its record keys")
  func recordTypesHaveKeyTypes() {
    #expect(AppBsky.Feed.Post.recordKeyType == .tid)
    #expect(AppBsky.Actor.Profile.recordKeyType == .literal("self"))
    #expect(AppBsky.Feed.Generator.recordKeyType == .any)
    #expect(ComAtproto.Lexicon.Schema.recordKeyType == .nsid)
  }

  @Test(
    "a record key type allows only keys of that type",
    arguments: [
      (RecordKeyType.any, "anything", true), (.any, "3jui7kd54zh2y", true),
      (.tid, "3jui7kd54zh2y", true), (.tid, "anything", false),
      (.nsid, "com.example.note", true), (.nsid, "anything", false),
      (.literal("self"), "self", true), (.literal("self"), "Self", false),
    ]
  )
  func keyTypeAllowsOnlyItsKeys(_ type: RecordKeyType, _ key: String, _ isAllowed: Bool) throws {
    #expect(type.allows(try RecordKey(key)) == isAllowed)
  }
}
