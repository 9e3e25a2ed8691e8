import ATProtoData
import Testing
import XRPC

@Suite struct EventStreamFrameTests {
  /// `{"t": "#tick", "op": 1}` and `{"seq": 7}`.
  static let tick: [UInt8] =
    [0xA2, 0x61, 0x74, 0x65] + Array("#tick".utf8) + [0x62, 0x6F, 0x70, 0x01]
    + [0xA1, 0x63] + Array("seq".utf8) + [0x07]
  /// `{"op": -1}` and `{"error": "FutureCursor"}`.
  static let error: [UInt8] =
    [0xA1, 0x62, 0x6F, 0x70, 0x20, 0xA1, 0x65] + Array("error".utf8) + [0x6C]
    + Array("FutureCursor".utf8)

  @Test func encodedFramesMatchTheSpecification() {
    let payload = Array(Self.tick.suffix(6))
    #expect(EventStreamFrame.message(type: "#tick", payload: payload).bytes() == Self.tick)
    #expect(EventStreamFrame.error(XRPCErrorBody(name: "FutureCursor")).bytes() == Self.error)
  }

  @Test func framesSurviveARoundTrip() throws {
    let frames: [EventStreamFrame] = [
      .message(type: "#tick", payload: Array(Self.tick.suffix(6))),
      .message(type: "com.example.other#thing", payload: [0xA0]),
      .error(XRPCErrorBody(name: "ConsumerTooSlow", message: "bye")),
      .unknown(operation: 2),
      .unknown(operation: -2),
    ]
    for frame in frames {
      #expect(try EventStreamFrame(bytes: frame.bytes()) == frame)
    }
  }

  /// "Unknown fields in both headers and payloads should be ignored."
  @Test func unknownHeaderFieldsAreIgnored() throws {
    let header: [UInt8] = [0xA2, 0x61, 0x78, 0xF5, 0x62, 0x6F, 0x70, 0x20]
    let payload: [UInt8] =
      [0xA2, 0x61, 0x78, 0xF6, 0x65] + Array("error".utf8) + [0x61, 0x65]
    #expect(
      try EventStreamFrame(bytes: header + payload) == .error(XRPCErrorBody(name: "e"))
    )
  }

  @Test(
    arguments: [
      [],
      [0xFF],
      // A message without a type.
      [0xA1, 0x62, 0x6F, 0x70, 0x01, 0xA0],
      // No op; op that is text; keys out of order.
      [0xA0, 0xA0],
      [0xA1, 0x62, 0x6F, 0x70, 0x61, 0x31, 0xA0],
      [0xA2, 0x62, 0x6F, 0x70, 0x01, 0x61, 0x74, 0x61, 0x78, 0xA0],
      // An error frame without its error, with a second payload, or without any payload.
      [0xA1, 0x62, 0x6F, 0x70, 0x20, 0xA0],
      EventStreamFrameTests.error + [0xA0],
      [0xA1, 0x62, 0x6F, 0x70, 0x20],
      // Truncated header.
      Array(EventStreamFrameTests.tick.prefix(5)),
    ] as [[UInt8]]
  )
  func invalidFramesAreRefused(_ bytes: [UInt8]) {
    let error = #expect(throws: ProtocolError.self) { try EventStreamFrame(bytes: bytes) }
    #expect(error?.code == .undecodableFrame)
  }

  @Test(
    arguments: [
      // A payload that is not an object, is followed by bytes, is missing, or has another shape.
      Array(EventStreamFrameTests.tick.prefix(13)) + [0x01],
      EventStreamFrameTests.tick + [0x00],
      Array(EventStreamFrameTests.tick.prefix(13)),
      Array(EventStreamFrameTests.tick.prefix(13)) + [0xA0],
    ] as [[UInt8]]
  )
  func invalidPayloadsAreRefused(_ bytes: [UInt8]) async {
    await #expect(throws: ProtocolError.self) {
      for try await _ in Self.stream([bytes]) {}
    }
  }

  @Test func streamYieldsTypedMessagesThenThrowsTheErrorFrame() async throws {
    let other = EventStreamFrame.message(type: "#later", payload: [0xA1, 0x61, 0x78, 0x01])
    let foreign = EventStreamFrame.message(
      type: "com.example.thing.getThing#answer",
      payload: Sample.GetThing.Output(text: "x").cborBytes()
    )
    let skipped = EventStreamFrame.unknown(operation: 9)
    var messages: [Sample.Watch.Message] = []
    let stream = Self.stream([
      Self.tick, skipped.bytes(), other.bytes(), foreign.bytes(), Self.error, Self.tick,
    ])
    let error = await #expect(throws: XRPCStreamError.self) {
      for try await message in stream { messages.append(message) }
    }
    #expect(error?.body.name == "FutureCursor")
    #expect(messages.count == 3)
    #expect(messages.first == .tick(Sample.Watch.Tick(seq: 7)))
    guard case .unknown? = messages.dropFirst().first else {
      Issue.record("an unknown message type is surfaced")
      return
    }
    #expect(messages.last == .getThingAnswer(Sample.GetThing.Output(text: "x")))
  }

  private static func stream(_ frames: [[UInt8]]) -> XRPCEventStream<Sample.Watch.Message> {
    let (stream, continuation) = AsyncThrowingStream<[UInt8], any Error>.makeStream()
    for frame in frames { continuation.yield(frame) }
    continuation.finish()
    return XRPCEventStream(frames: stream, nsid: Sample.Watch.nsid, limits: .default)
  }
}
