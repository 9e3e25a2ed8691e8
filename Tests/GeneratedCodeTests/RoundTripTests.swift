import ATProtoData
import ATProtoSyntax
import AppBskyAPI
import ComAtprotoAPI
import Testing

@Suite("Round trips of generated types")
struct RoundTripTests {
  @Test("DAG-CBOR and JSON round-trip", arguments: Samples.posts)
  func posts(_ json: String) throws {
    let post = try AppBsky.Feed.Post(json: json)
    #expect(post.jsonString() == json)
    let bytes = post.cborBytes()
    #expect(bytes == (try DataValue(json: json)).cborBytes())
    let again = try AppBsky.Feed.Post(cbor: bytes)
    #expect(again.cborBytes() == bytes)
    #expect(again.jsonString() == json)
    #expect(again == post)
    #expect(Set([again, post]).count == 1)
    #expect(try AppBsky.Feed.Post(post.dataValue) == post)
  }

  @Test("a recursive type round-trips")
  func thread() throws {
    let output = try AppBsky.Feed.GetPostThread.Output(json: #"{"thread":\#(Samples.thread)}"#)
    guard case .threadViewPost(let top) = output.thread else {
      Issue.record("\(output.thread)")
      return
    }
    #expect(top.post.author.handle.string == "a.example")
    guard case .threadViewPost(let parent)? = top.parent,
      case .notFoundPost(let hole)? = parent.parent
    else {
      Issue.record("\(String(describing: top.parent))")
      return
    }
    #expect(hole.uri.string == "at://x")
    guard case .threadViewPost(let reply)? = top.replies?.first, let replies = reply.replies else {
      Issue.record("\(String(describing: top.replies))")
      return
    }
    guard case .blockedPost = replies[0], case .unknown(let later) = replies[1] else {
      Issue.record("\(replies)")
      return
    }
    #expect(later["anything"] == .integer(1))
    #expect(output.jsonString() == #"{"thread":\#(Samples.thread)}"#)
    let bytes = output.cborBytes()
    #expect(try AppBsky.Feed.GetPostThread.Output(cbor: bytes).cborBytes() == bytes)
    // The data in the thread is a post like any other.
    #expect(try AppBsky.Feed.Post(top.post.record).text == "a")
  }

  @Test("a recursive value beyond the depth limit is rejected")
  func depth() {
    let member = #"{"$type":"app.bsky.feed.defs#threadViewPost","parent":"#
    let open = #"{"parent":"# + String(repeating: member, count: 20_000)
    #expect(throws: DataError(code: .depth, offset: 0, reason: "")) {
      try AppBsky.Feed.Defs.ThreadViewPost(json: open)
    }
  }

  @Test("null, a value, and absence are distinct")
  func nullable() throws {
    let start = #"{"repo":"a.example","rkey":"1","record":{},"collection":"com.example.thing""#
    let absent = try ComAtproto.Repo.PutRecord.Input(
      json: #"{"repo":"a.example","rkey":"1","record":{},"collection":"com.example.thing"}"#
    )
    let null = try ComAtproto.Repo.PutRecord.Input(json: start + #","swapRecord":null}"#)
    let value = try ComAtproto.Repo.PutRecord.Input(
      json: start + #","swapRecord":"\#(Samples.cid)"}"#
    )
    #expect(absent.swapRecord == nil)
    #expect(null.swapRecord == .some(.null))
    #expect(value.swapRecord?.value?.string == Samples.cid)
    #expect(Set([absent, null, value]).count == 3)
    for input in [absent, null, value] {
      let bytes = input.cborBytes()
      #expect(try ComAtproto.Repo.PutRecord.Input(cbor: bytes).cborBytes() == bytes)
    }
    #expect(null.jsonString().contains(#""swapRecord":null"#))
    // Null where the schema does not allow it.
    #expect(throws: DataError(code: .typeMismatch, offset: 0, reason: "")) {
      try ComAtproto.Repo.PutRecord.Input(json: start + #","swapCommit":null}"#)
    }
  }

  @Test(
    "an invalid shape is an error with its path",
    arguments: [
      (#"{"$type":"app.bsky.feed.post","createdAt":"x"}"#, DataError.Code.missingField, "text"),
      (#"{"text":"a","createdAt":"x"}"#, .missingField, "$type"),
      (#"{"text":"a","$type":"app.bsky.feed.like","createdAt":"x"}"#, .wrongType, "$type"),
      (#"{"text":1,"$type":"app.bsky.feed.post","createdAt":"x"}"#, .typeMismatch, "text"),
      (
        #"{"text":"a","$type":"app.bsky.feed.post","embed":{},"createdAt":"x"}"#, .missingType,
        "embed"
      ),
      (
        #"{"text":"a","$type":"app.bsky.feed.post","langs":["en",1],"createdAt":"x"}"#,
        .typeMismatch, "langs[1]"
      ),
      (
        #"{"text":"a","$type":"app.bsky.feed.post","reply":{"root":{}},"createdAt":"x"}"#,
        .missingField, "reply.root.uri"
      ),
      (
        #"{"text":"a","text":"b","$type":"app.bsky.feed.post","createdAt":"x"}"#, .repeatedKey,
        ""
      ),
    ]
  )
  func refused(_ json: String, _ code: DataError.Code, _ path: String) {
    let error = #expect(throws: DataError.self) { try AppBsky.Feed.Post(json: json) }
    #expect(error?.code == code)
    #expect(error?.path == path)
  }

  @Test("a closed union accepts only its members")
  func closedUnion() throws {
    let create = #"{"$type":"com.atproto.repo.applyWrites#create","value":{},"collection":"a.b.c"}"#
    let input = try ComAtproto.Repo.ApplyWrites.Input(
      json: #"{"repo":"a.example","writes":[\#(create)]}"#
    )
    guard case .create(let write)? = input.writes.first else {
      Issue.record("\(input)")
      return
    }
    #expect(write.collection.string == "a.b.c")
    #expect(throws: DataError(code: .unknownMember, offset: 0, reason: "")) {
      try ComAtproto.Repo.ApplyWrites.Input(
        json: #"{"repo":"a.example","writes":[{"$type":"com.example.other"}]}"#
      )
    }
  }

  @Test("values are equal if their encodings are")
  func equality() throws {
    let post = AppBsky.Feed.Post(text: "a", createdAt: "x")
    var other = post
    #expect(other == post && other.hashValue == post.hashValue)
    other.unknownFields["b"] = .integer(1)
    #expect(other != post)
    other.unknownFields["b"] = nil
    #expect(other == post)
    other.langs = []
    #expect(other != post)
    #expect(post.cborBytes() == (try AppBsky.Feed.Post(json: post.jsonString())).cborBytes())
  }
}
