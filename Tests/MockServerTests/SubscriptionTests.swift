import ATProtoData
import ATProtoSyntax
import HTTPTypes
import Lexicon
import MockServer
import TestSupport
import Testing
import XRPC

/// A decoded frame of a subscription.
struct Frame {
  var type: String?
  var error: String?
  var payload: DataValue = .null

  init(_ bytes: [UInt8]) {
    switch try? EventStreamFrame(bytes: bytes) {
    case .message(let type, let payload)?:
      self.type = type
      self.payload = (try? DataValue(cbor: payload)) ?? .null
    case .error(let body)?: error = body.name
    default: break
    }
  }
}

/// docs/mock.md, "Subscriptions".
@Suite struct SubscriptionTests {
  private static func serve(
    events: Int? = nil,
    _ body: (MockFixture) async throws -> Void
  ) async throws {
    try await MockFixture.serve {
      $0.rate = 1_000
      $0.events = events
    } during: {
      try await body($0)
    }
  }

  @Test("messages of all members come in turn, with rising numbers, and are the same each time")
  func messages() async throws {
    try await Self.serve { server in
      let bytes = try await server.frames("com.example.subscribe?cursor=0", 7)
      let frames = bytes.map(Frame.init)
      #expect(frames.prefix(4).map(\.type) == ["#event", "#notice", "#change", "#event"])
      #expect(frames.compactMap { $0.payload["seq"]?.integer } == [1, 2, 3, 4, 5])
      #expect(frames.allSatisfy { $0.payload["$type"] == nil })
      let again = try await server.frames("com.example.subscribe?cursor=0", 7)
      #expect(again == bytes)
      let later = try await server.frames("com.example.subscribe?cursor=2", 2)
      #expect(later == Array(bytes[3...4]))
    }
  }

  @Test("a stream ends after its messages, and at errors")
  func ends() async throws {
    try await Self.serve(events: 3) { server in
      #expect(try await server.frames("com.example.subscribe?cursor=0", 10).count == 3)
      let future = try await server.frames("com.example.subscribe?cursor=4000000000", 10)
      #expect(future.map { Frame($0).error } == ["FutureCursor"])
      let slow = try await server.frames(
        "com.example.subscribe?x-mock-error=ConsumerTooSlow",
        10
      )
      #expect(slow.map { Frame($0).error } == ["ConsumerTooSlow"])
    }
  }

  @Test("the messages of com.atproto.sync.subscribeRepos are valid")
  func firehose() async throws {
    try await Self.serve(events: 8) { server in
      let frames = try await server.frames("com.atproto.sync.subscribeRepos?cursor=0", 8)
      #expect(frames.count == 8)
      let catalog = MockLexicons(paths: []).checked.catalog
      for frame in frames.map(Frame.init) {
        let type = try #require(frame.type)
        let violations = catalog.validate(
          frame.payload,
          as: "com.atproto.sync.subscribeRepos",
          definition: String(type.dropFirst())
        )
        #expect(violations.isEmpty, "\(type): \(violations.map(\.path))")
      }
    }
  }
}
