import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import Testing

/// Frames of hostile hosts: each is either read or rejected with a code, within bounds.
@Suite struct HostileFirehoseFrameTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var code: FirehoseFrameError.Code
    var frame: @Sendable () -> [UInt8]

    init(
      _ name: String,
      _ code: FirehoseFrameError.Code,
      _ frame: @escaping @Sendable () -> [UInt8]
    ) {
      testDescription = name
      self.code = code
      self.frame = frame
    }
  }

  private static let header = DataValue.object(["op": 1, "t": "#account"]).cborBytes()

  private static func account(_ change: (inout DataValue) -> Void) -> [UInt8] {
    var payload = FirehoseFrames.account(sequence: 5)
    change(&payload)
    return FirehoseFrames.frame("#account", payload)
  }

  /// A value in `count` arrays.
  private static func nested(_ count: Int) -> DataValue {
    var value: DataValue = 0
    for _ in 0..<count { value = [value] }
    return value
  }

  static let cases: [Case] = [
    // Header
    Case("nothing", .malformedHeader) { [] },
    Case("a header that is not an object", .malformedHeader) { [0x01] },
    Case("an array as header", .malformedHeader) { [0x80] },
    Case("an empty header", .malformedHeader) { [0xa0, 0xa0] },
    Case("a header without an operation", .malformedHeader) {
      FirehoseFrames.frame(["t": "#account"], FirehoseFrames.account(sequence: 5))
    },
    Case("an operation that is a string", .malformedHeader) {
      FirehoseFrames.frame(["op": "1", "t": "#account"], [:])
    },
    Case("an operation beyond 64 bits", .malformedHeader) {
      [0xa1, 0x62, 0x6f, 0x70, 0x1b] + [UInt8](repeating: 0xff, count: 8)
    },
    Case("a message without a type", .malformedHeader) {
      FirehoseFrames.frame(["op": 1], FirehoseFrames.account(sequence: 5))
    },
    Case("a type that is not a string", .malformedHeader) {
      FirehoseFrames.frame(["op": 1, "t": 5], FirehoseFrames.account(sequence: 5))
    },
    Case("header keys in another order", .malformedHeader) {
      [0xa2, 0x62, 0x6f, 0x70, 0x01, 0x61, 0x74, 0x61, 0x23]
    },
    Case("a repeated header key", .malformedHeader) {
      [0xa2, 0x62, 0x6f, 0x70, 0x01, 0x62, 0x6f, 0x70, 0x01]
    },
    Case("a header of indefinite length", .malformedHeader) {
      [0xbf, 0x62, 0x6f, 0x70, 0x01, 0xff]
    },
    Case("a nested header", .tooLarge) {
      FirehoseFrames.frame(["op": 1, "t": "#account", "x": nested(9)], [:])
    },
    // Payload
    Case("no payload", .malformedPayload) { header },
    Case("a payload that is an array", .malformedPayload) { header + [0x80] },
    Case("a payload that is null", .malformedPayload) { header + [0xf6] },
    Case("two payloads", .malformedPayload) { account { _ in } + [0xa0] },
    Case("a byte after the payload", .malformedPayload) { account { _ in } + [0] },
    Case("a malformed message and a byte", .malformedPayload) { account { $0["did"] = 5 } + [0] },
    Case("a float", .malformedPayload) {
      // "x" comes before all known keys.
      header + [0xa1, 0x61, 0x78, 0xfb, 0, 0, 0, 0, 0, 0, 0, 0]
    },
    Case("text that is not UTF-8", .malformedPayload) {
      header + [0xa1, 0x63, 0x64, 0x69, 0x64, 0x61, 0xff]
    },
    Case("a tag", .malformedPayload) { header + [0xa1, 0x61, 0x78, 0xc1, 0x00] },
    Case("a repeated key", .malformedPayload) {
      header + [0xa2, 0x61, 0x78, 0x00, 0x61, 0x78, 0x00]
    },
    Case("a number in more bytes than needed", .malformedPayload) {
      header + [0xa1, 0x63, 0x73, 0x65, 0x71, 0x18, 0x05]
    },
    Case("an error without a name", .malformedPayload) {
      FirehoseFrames.frame(["op": -1], ["message": "text"])
    },
    Case("#info without a name", .malformedPayload) {
      FirehoseFrames.frame("#info", ["message": "text"])
    },
    // Sizes
    Case("a frame of more than 5 MiB", .tooLarge) {
      account { $0["x"] = .bytes(Bytes(Fixture.bytes(5 << 20))) }
    },
    Case("a nested payload", .tooLarge) { account { $0["x"] = nested(8) } },
    Case("a million levels", .tooLarge) {
      header + [0xa1, 0x61, 0x78] + [UInt8](repeating: 0x81, count: 1_000_000)
    },
    Case("more than 10,000 operations", .tooLarge) {
      var payload = FirehoseFrames.commit(FirehoseFrames.sampleCommit, sequence: 5)
      payload["ops"] = .array(Array(repeating: payload["ops"]![0]!, count: 10_001))
      return FirehoseFrames.frame("#commit", payload)
    },
    Case("a declared million of elements", .tooLarge) {
      header + [0xa1, 0x61, 0x78, 0x9a, 0x00, 0x0f, 0x42, 0x40]
    },
    Case("a declared million of fields", .tooLarge) { header + [0xba, 0x00, 0x0f, 0x42, 0x40] },
    Case("declared elements beyond the end", .malformedPayload) {
      header + [0xa1, 0x61, 0x78, 0x99, 0x27, 0x10]
    },
    Case("a declared length of 2^63", .malformedPayload) {
      header + [0xa1, 0x61, 0x78, 0x5b, 0x80, 0, 0, 0, 0, 0, 0, 0]
    },
    // Numbers
    Case("no number", .missingSequence) { account { $0["seq"] = nil } },
    Case("a number that is a string", .missingSequence) { account { $0["seq"] = "5" } },
    Case("number 0", .missingSequence) { account { $0["seq"] = 0 } },
    Case("a negative number", .missingSequence) { account { $0["seq"] = -1 } },
    Case("2^53", .missingSequence) { account { $0["seq"] = .integer(1 << 53) } },
    Case("a malformed message without a number", .missingSequence) {
      account {
        $0["seq"] = nil
        $0["did"] = nil
      }
    },
  ]

  @Test("a frame that breaks framing, encoding, or a limit is rejected", arguments: cases)
  func isRejected(_ sample: Case) {
    #expect(throws: FirehoseFrameError(sample.code, "")) {
      try FirehoseEvent(frame: sample.frame())
    }
  }

  @Test("limits are not reached by their own values")
  func limitsAreInclusive() throws {
    _ = try FirehoseEvent(frame: Self.account { $0["x"] = Self.nested(7) })
    _ = try FirehoseEvent(frame: Self.account { $0["seq"] = .integer(1 << 53 - 1) })
    var payload = FirehoseFrames.commit(FirehoseFrames.sampleCommit, sequence: 5)
    payload["ops"] = .array(Array(repeating: payload["ops"]![0]!, count: 10_000))
    _ = try FirehoseEvent(frame: FirehoseFrames.frame("#commit", payload))
    var limits = SyncLimits.default
    let frame = Self.account { _ in }
    limits.frame = frame.count
    _ = try FirehoseEvent(frame: frame, limits: limits)
    limits.frame -= 1
    #expect(throws: FirehoseFrameError(.tooLarge, "")) {
      try FirehoseEvent(frame: frame, limits: limits)
    }
  }

  @Test("a frame that ends early is rejected at every byte", arguments: 0..<4)
  func truncatedFramesAreRejected(index: Int) {
    let (type, payload) = FirehoseFrames.samples(sequence: 5)[index]
    let frame = FirehoseFrames.frame(type, payload)
    for count in 0..<frame.count {
      #expect(throws: FirehoseFrameError.self) {
        try FirehoseEvent(frame: Array(frame[..<count]))
      }
    }
  }

  @Test("a frame with changed bytes is read or rejected, and written back as it was")
  func changedFramesDoNotTrap() throws {
    var random = Random(state: 77)
    for (type, payload) in FirehoseFrames.samples(sequence: 70_000) {
      let original = FirehoseFrames.frame(type, payload)
      // The blocks are not read here.
      for position in 0..<min(original.count, 400) {
        for _ in 0..<4 {
          var frame = original
          frame[position] = UInt8.random(in: 0...255, using: &random)
          if random.next() % 4 == 0 { frame[Int(random.next() % 400) % frame.count] ^= 0x20 }
          guard let event = try? FirehoseEvent(frame: frame) else { continue }
          guard let sequence = event.sequence else { continue }
          var written: [UInt8] = []
          try #require(event.frame).write(sequence, into: &written)
          #expect(written == frame)
        }
      }
    }
  }
}
