import ATProtoHTTP
import Testing

@testable import XRPCClient

/// Reconnection without clocks and sockets.
@Suite struct SubscriptionStateTests {
  private static let policy = ReconnectPolicy(
    initialDelay: .seconds(1),
    maximumDelay: .seconds(8),
    maximumAttempts: 6
  )

  @Test func delayDoublesWithEachAttempt() {
    var state = SubscriptionState(policy: Self.policy, cursor: nil)
    for seconds in [1, 2, 4, 8, 8, 8] {
      #expect(state.lost(.connection(nil), chance: 1) == .retry(after: .seconds(seconds)))
    }
    #expect(state.lost(.connection(nil), chance: 1) == .giveUp)
  }

  @Test func eventResetsTheDelay() {
    var state = SubscriptionState(policy: Self.policy, cursor: nil)
    for _ in 1...3 { _ = state.lost(.connection(nil), chance: 0) }
    state.connected()
    #expect(state.received(7) == .deliver)
    #expect(state.lost(.connection(nil), chance: 0) == .retry(after: .milliseconds(500)))
    #expect(state.cursor == 7)
  }

  /// Labels, for example, arrive in messages that may have no sequence number.
  @Test func eventWithoutSequenceNumberResetsTheDelay() {
    var state = SubscriptionState(policy: Self.policy, cursor: nil)
    for _ in 1...20 {
      _ = state.lost(.connection(nil), chance: 0)
      state.connected()
      #expect(state.received(nil) == .deliver)
    }
    #expect(state.lost(.connection(nil), chance: 0) == .retry(after: .milliseconds(500)))
  }

  /// A message without a sequence number in between does not make an unreadable one readable.
  @Test func violationsCountAcrossMessagesWithoutSequenceNumber() {
    var state = SubscriptionState(policy: ReconnectPolicy(), cursor: 1)
    for _ in 1...2 {
      _ = state.received(nil)
      _ = state.lost(.violation, chance: 0)
    }
    _ = state.received(nil)
    #expect(state.lost(.violation, chance: 0) == .giveUp)
  }

  @Test func oversizedEventAdvancesTheCursor() {
    var state = SubscriptionState(policy: ReconnectPolicy(), cursor: 5)
    _ = state.lost(.leftOut, chance: 0)
    #expect(state.cursor == 6)
    var first = SubscriptionState(policy: ReconnectPolicy(), cursor: nil)
    _ = first.lost(.leftOut, chance: 0)
    #expect(first.cursor == nil)
    var last = SubscriptionState(policy: ReconnectPolicy(), cursor: .max)
    _ = last.lost(.leftOut, chance: 0)
    #expect(last.cursor == .max)
  }

  static let losses: [(SubscriptionState.Loss, SubscriptionState.Action)] = [
    (.connection(nil), .retry(after: .milliseconds(500))),
    (.connection(.init(code: .cannotConnect, reason: "")), .retry(after: .milliseconds(500))),
    (.connection(.init(code: .timedOut, reason: "")), .retry(after: .milliseconds(500))),
    (.connection(.init(code: .refusedAddress, reason: "")), .giveUp),
    (.connection(.init(code: .responseTooLarge, reason: "")), .giveUp),
    (.connection(.init(code: .sessionEnded, reason: "")), .giveUp),
    (.refused(status: 503, retryAfter: nil), .retry(after: .milliseconds(500))),
    (.refused(status: 408, retryAfter: nil), .retry(after: .milliseconds(500))),
    (.refused(status: 429, retryAfter: .seconds(30)), .retry(after: .seconds(30))),
    (.refused(status: 429, retryAfter: .seconds(1 << 40)), .retry(after: .seconds(3_600))),
    (.refused(status: 521, retryAfter: nil), .retry(after: .milliseconds(500))),
    (.refused(status: 524, retryAfter: .seconds(3)), .retry(after: .seconds(3))),
    (.refused(status: 530, retryAfter: nil), .retry(after: .milliseconds(500))),
    (.refused(status: 401, retryAfter: nil), .giveUp),
    (.refused(status: 404, retryAfter: nil), .giveUp),
    (.refused(status: 500, retryAfter: nil), .retry(after: .milliseconds(500))),
    (.refused(status: 501, retryAfter: .seconds(1)), .giveUp),
    (.refused(status: 600, retryAfter: nil), .giveUp),
    (.leftOut, .retry(after: .milliseconds(500))),
    (.errorFrame(name: "ConsumerTooSlow"), .retry(after: .milliseconds(500))),
    (.errorFrame(name: "FutureCursor"), .giveUp),
    (.violation, .retry(after: .milliseconds(500))),
  ]

  @Test(arguments: losses.indices)
  func lossesLeadToTheRightAction(_ index: Int) {
    let (loss, action) = Self.losses[index]
    var state = SubscriptionState(policy: ReconnectPolicy(), cursor: 1)
    #expect(state.lost(loss, chance: 0) == action)
  }

  @Test func persistentlyUnreadableFrameEndsTheSubscription() {
    var state = SubscriptionState(policy: ReconnectPolicy(), cursor: 1)
    _ = state.lost(.violation, chance: 0)
    _ = state.lost(.violation, chance: 0)
    #expect(state.lost(.violation, chance: 0) == .giveUp)
  }

  @Test func sequenceNumbersMustIncrease() {
    var state = SubscriptionState(policy: ReconnectPolicy(), cursor: 5)
    state.connected()
    #expect(state.received(5) == .skip)
    #expect(state.received(6) == .deliver)
    #expect(state.received(nil) == .deliver)
    #expect(state.received(6) == .outOfOrder)
    #expect(state.received(5) == .outOfOrder)
    #expect(state.received(9) == .deliver)
    #expect(state.processed == 5)
    state.consumed()
    #expect(state.processed == 9)
    state.connected()
    #expect(state.received(8) == .outOfOrder)
  }
}
