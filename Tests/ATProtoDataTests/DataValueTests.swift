import ATProtoData
import Foundation
import SnapshotModule
import Testing

@Suite struct DataValueTests {
  private let cid = CID(codec: .raw, sha256Digest: [UInt8](repeating: 7, count: 32))

  @Test("values are accessible through subscripts and patterns")
  func subscriptsAndPatterns() {
    var value: DataValue = ["text": "a", "list": [1, "b", nil], "n": ["x": true]]
    #expect(value["text"] == "a")
    #expect(value["list"]?[1]?.string == "b")
    #expect(value["list"]?[2] == DataValue.null)
    #expect(value["list"]?[3] == nil)
    #expect(value["n"]?["x"]?.boolean == true)
    guard case .string("a")? = value["text"] else { Issue.record("no match"); return }
    value["n"]?["x"] = 5
    value["text"] = nil
    #expect(value == ["n": ["x": 5], "list": [1, "b", nil]])
  }

  @Test("an object keeps the order of its fields, which does not affect equality")
  func orderIsKeptButDoesNotAffectEquality() throws {
    let value = try DataValue(json: #"{"bb":1,"a":2}"#)
    #expect(value.object?.keys == ["bb", "a"])
    let other = try DataValue(json: #"{"a":2,"bb":1}"#)
    #expect(value == other)
    #expect(value.hashValue == other.hashValue)
    #expect(value.cborBytes() == other.cborBytes())
    #expect(value != (try DataValue(json: #"{"a":2,"bb":2}"#)))
  }

  @Test("blobs and links are found at any depth")
  func blobsAndLinks() throws {
    let blob = Blob(ref: cid, mimeType: "a/b", size: 3)
    let value: DataValue = ["a": [blob.dataValue, .link(cid)], "b": ["c": blob.dataValue]]
    #expect(value.blobs == [blob, blob])
    #expect(value.links == [cid, cid, cid])
    #expect(value["b"]?["c"]?.blob?.size == 3)
  }

  struct Wrapper: Codable, Equatable {
    var value: DataValue
    var post: ExampleSocial.Post
  }

  @Test("Codable produces the same JSON as the codec")
  func codableBridge() throws {
    let post = try ExampleSocial.Post(json: RoundTripTests.posts[3])
    let value: DataValue = [
      "a": [1, nil, true, "x"], "b": .bytes([1, 2, 3]), "c": .link(cid), "d": [:], "e": -7,
    ]
    let data = try JSONEncoder().encode(Wrapper(value: value, post: post))
    #expect(try JSONDecoder().decode(Wrapper.self, from: data) == Wrapper(value: value, post: post))
    #expect(try DataValue(json: [UInt8](data))["value"] == value)
  }

  @Test("null differs from an absent value")
  func nullable() throws {
    #expect(Nullable<Int>(nil) == .null)
    #expect(Nullable(3).value == 3)
    #expect(try Nullable<Int>(json: "null") == nil)
    #expect(try [Nullable<Int>](cbor: hex("8201f6")) == [.value(1), .null])
  }
}

extension ExampleSocial.Post: Codable {}
