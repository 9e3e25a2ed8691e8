import ATProtoCrypto
import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import Testing

@Suite struct UnnumberedFrameTests {
  /// Numbers at the borders of the lengths of integers.
  static let numbers = [
    1, 23, 24, 255, 256, 65535, 65536, 1 << 32 - 1, 1 << 32, 1 << 53 - 1,
  ]

  @Test("a frame keeps every byte except those of its number", arguments: 0..<4, numbers)
  func frameIsKept(index: Int, number: Int) throws {
    for received in Self.numbers {
      var (type, payload) = FirehoseFrames.samples(sequence: received)[index]
      payload["note"] = ["seq": 1, "of": [nil, "an unknown field"]]
      let frame = try #require(
        FirehoseEvent(frame: FirehoseFrames.frame(type, payload)).frame
      )
      payload["seq"] = .integer(number)
      var written: [UInt8] = [1, 2, 3]
      frame.write(number, into: &written)
      #expect(Array(written[3...]) == FirehoseFrames.frame(type, payload))
      #expect(written.count - 3 <= frame.count)
      #expect(try FirehoseEvent(frame: Array(written[3...])).sequence == number)
    }
  }

  @Test("the length of a frame includes the longest number")
  func countIsExactForTheLongestNumber() {
    let frame = UnnumberedFrame.identity(did: "did:plc:a", handle: nil, time: "")
    var written: [UInt8] = []
    frame.write(1 << 53 - 1, into: &written)
    #expect(written.count == frame.count)
  }

  private func written(_ frame: UnnumberedFrame) -> [UInt8] {
    var bytes: [UInt8] = []
    frame.write(1000, into: &bytes)
    return bytes
  }

  @Test("messages of this service are written in canonical form")
  func ownMessages() {
    let did = Fixture.did.string
    let time = FirehoseFrames.time
    #expect(
      written(.account(did: did, status: .inactive("deactivated"), time: time))
        == FirehoseFrames.frame("#account", FirehoseFrames.account(sequence: 1000))
    )
    #expect(
      written(.identity(did: did, handle: "alice.example.com", time: time))
        == FirehoseFrames.frame("#identity", FirehoseFrames.identity(sequence: 1000))
    )
    #expect(
      written(.sync(SyncAccountFixture().repository.commit, time: time))
        == FirehoseFrames.frame(
          "#sync",
          FirehoseFrames.sync(FirehoseFrames.sampleSync, sequence: 1000)
        )
    )
  }

  @Test(
    "an #account message has the status that was given",
    arguments: [
      (.active, true, nil), (.inactive(nil), false, "inactive"),
      (HostedStatus(isActive: true, status: "throttled"), true, "throttled"),
    ] as [(HostedStatus, Bool, String?)]
  )
  func accountStatus(_ status: HostedStatus, _ isActive: Bool, _ text: String?) throws {
    let frame = UnnumberedFrame.account(did: Fixture.did.string, status: status, time: "")
    guard case .account(let message) = try FirehoseEvent(frame: written(frame)).content else {
      throw SyncError(.malformedMessage, "")
    }
    #expect(
      message == AccountMessage(did: Fixture.did.string, isActive: isActive, status: text)
    )
  }

  @Test("an #identity message without a handle does not have the field")
  func identityWithoutHandle() {
    var payload = FirehoseFrames.identity(sequence: 1000)
    payload["handle"] = nil
    let frame = UnnumberedFrame.identity(
      did: Fixture.did.string,
      handle: nil,
      time: FirehoseFrames.time
    )
    #expect(written(frame) == FirehoseFrames.frame("#identity", payload))
  }
}
