import ATProtoData
import ATProtoRepo
import Testing

@testable import VerifiedSync

@Suite struct RepositoryDifferenceTests {
  private static let cid = CID(hashingDAGCBOR: [0xA0])

  @Test func keysThatAreNotPathsAreLeftOut() throws {
    var difference = RepositoryDifference([:], [])
    for key in ["app.example.post/a", "no path", "App.Example.post/b", "app.example.post/c"] {
      difference.add(try MSTKey(key), Self.cid)
    }
    difference.add(try MSTKey([0xFF]), Self.cid)
    let paths = difference.changed[Self.cid]?.map(\.path.string)
    #expect(paths == ["app.example.post/a", "app.example.post/c"])
    #expect(difference.count == 2 && difference.changeCount == 2)
  }

  @Test func whatIsKnownAndNotInTheRepositoryIsDeleted() throws {
    let other = CID(hashingDAGCBOR: [0x80])
    var difference = RepositoryDifference(
      ["app.example.post/a": Self.cid, "app.example.post/b": other, "app.example.post/d": other],
      []
    )
    for key in ["app.example.post/a", "app.example.post/b"] {
      difference.add(try MSTKey(key), Self.cid)
    }
    let changed = difference.changed[Self.cid] ?? []
    #expect(changed.map(\.path.string) == ["app.example.post/b"])
    #expect(changed.map(\.isNew) == [false])
    #expect(difference.deleted.map(\.string) == ["app.example.post/d"])
  }
}
