import ATProtoRepo
import Testing

@testable import Relay

/// A host's state with a clock by argument. Delays are the longest: the chance is 1.
@Suite struct HostStateTests {
  typealias Action = HostState.Action

  static let start: SyncTime = 1_000_000_000_000
  static let second = HostState.second
  static let hour = HostState.hour

  /// Drives a state.
  struct Host {
    var state: HostState
    var now = HostStateTests.start

    init(_ status: HostStatus = .active, cursor: Int? = nil, nextAttemptAt: SyncTime? = nil) {
      state = HostState(Self.row(status, cursor: cursor, nextAttemptAt: nextAttemptAt))
    }

    static func row(
      _ status: HostStatus = .active,
      cursor: Int? = nil,
      nextAttemptAt: SyncTime? = nil,
      refusedAt: SyncTime? = nil
    ) -> HostRow {
      HostRow(
        id: HostID(rawValue: 1),
        name: HostName(checked: "pds.example.com", usesTLS: true),
        createdAt: 0,
        status: status,
        cursor: cursor,
        nextAttemptAt: nextAttemptAt,
        refusedAt: refusedAt
      )
    }

    @discardableResult
    mutating func on(_ input: HostState.Input, after delay: SyncTime = 0) -> [Action] {
      now += delay
      return state.on(input, at: now, chance: 1)
    }

    /// Lets the time of the next attempt come, and returns the actions and the time that passed.
    mutating func wait() throws -> (actions: [Action], delay: SyncTime) {
      let time = try #require(state.nextAttemptAt)
      let delay = time - now
      return (on(.tick, after: delay), delay)
    }
  }

  @Test func newHostIsCrawledFromNowAndAKnownOneFromItsCursor() {
    var new = Host()
    #expect(new.on(.started) == [.connect(.none)])
    var known = Host(cursor: 7)
    #expect(known.on(.started) == [.connect(.after(7))])
  }

  @Test func hostThatIsNotDueWaitsAtStart() throws {
    for status in [HostStatus.offline, .idle] {
      var host = Host(status, cursor: 7, nextAttemptAt: Self.start + Self.hour)
      #expect(host.on(.started) == [.schedule(at: Self.start + Self.hour)])
      #expect(try host.wait().actions == [.connect(.after(7))])
      var due = Host(status, cursor: 7, nextAttemptAt: Self.start - 1)
      #expect(due.on(.started) == [.connect(.after(7))])
    }
  }

  @Test func lossesBackOffUntilTheHostIsOfflineAndAttemptsNeverEnd() throws {
    var host = Host(cursor: 7)
    host.on(.started)
    var delays: [SyncTime] = []
    for attempt in 1...25 {
      let actions = host.on(.lost(.lost))
      #expect(actions.contains(.status(.offline)) == (attempt == 15))
      let (next, delay) = try host.wait()
      #expect(next == [.connect(.after(7))])
      delays.append(delay)
    }
    let minutes = Array(repeating: 60 as SyncTime, count: 8)
    let hours: [SyncTime] = [1, 2, 4, 8, 16, 24, 24, 24, 24, 24, 24]
    var expected: [SyncTime] = [1, 2, 4, 8, 16, 32]
    expected += minutes
    expected += hours.map { $0 * 3600 }
    #expect(delays.map { $0 / Self.second } == expected)
    #expect(host.state.status == .offline)
  }

  @Test func attemptsAreSpreadOverHalfOfTheDelay() {
    for (chance, expected) in [(0.0, 0.5), (0.5, 0.75), (1.0, 1.0), (7.0, 1.0), (-1.0, 0.5)] {
      var state = HostState(Host.row())
      _ = state.on(.started, at: Self.start, chance: chance)
      #expect(
        state.on(.lost(.lost), at: Self.start, chance: chance).last
          == .schedule(at: Self.start + SyncTime(expected * Double(Self.second)))
      )
    }
  }

  @Test func firstEventMakesAnOfflineHostActive() throws {
    var host = Host(.offline, cursor: 7, nextAttemptAt: Self.start)
    host.on(.started)
    host.on(.connected(isRelay: false))
    #expect(host.on(.event) == [.status(.active)])
    #expect(host.on(.event) == [])
    #expect(host.state.failures == 0)
    host.on(.lost(.lost))
    #expect(try host.wait().delay == Self.second)
  }

  @Test func offlineHostWithoutEventsIsActiveOnceItsConnectionLasts() throws {
    var host = Host(.offline, cursor: 7, nextAttemptAt: Self.start)
    host.on(.started)
    #expect(host.on(.connected(isRelay: false)) == [.schedule(at: Self.start + 5 * Self.second)])
    #expect(host.on(.tick, after: 5 * Self.second) == [.status(.active)])
  }

  @Test(arguments: [60, 3600, 90 * 24 * 3600] as [SyncTime])
  func timeWithoutEventsChangesNothing(_ seconds: SyncTime) {
    var host = Host(cursor: 7)
    host.on(.started)
    host.on(.connected(isRelay: false))
    host.on(.event)
    #expect(host.on(.tick, after: seconds * Self.second) == [])
    #expect(host.on(.event) == [])
    #expect(host.state.status == .active && host.state.isConnected)
  }

  // MARK: FutureCursor

  @Test func futureCursorKeepsTheCursorAndRetriesSlowly() throws {
    var host = Host(cursor: 7)
    host.on(.started)
    host.on(.connected(isRelay: false))
    #expect(
      host.on(.errorFrame("FutureCursor"))
        == [.count("errorFrame"), .status(.idle), .schedule(at: Self.start + Self.hour)]
    )
    for hours in [1, 2, 4, 8] as [SyncTime] {
      let (actions, delay) = try host.wait()
      #expect(actions == [.connect(.after(7))] && delay == hours * Self.hour)
      host.on(.connected(isRelay: false))
      #expect(host.on(.errorFrame("FutureCursor")).count == 2)
      #expect(host.state.status == .idle)
    }
    // 15 hours have passed; the answer after 31 is the first one a day after the first.
    #expect(try host.wait().delay == 16 * Self.hour)
    host.on(.connected(isRelay: false))
    let actions = host.on(.errorFrame("FutureCursor"))
    #expect(actions.contains { if case .reset = $0 { true } else { false } })
    #expect(actions.last == .connect(.oldest))
    host.on(.connected(isRelay: false))
    #expect(host.on(.event) == [.status(.active)])
  }

  @Test func refusalsAreCountedOverRestarts() throws {
    var state = HostState(
      Host.row(.idle, cursor: 7, refusedAt: Self.start - 25 * Self.hour)
    )
    _ = state.on(.started, at: Self.start, chance: 1)
    _ = state.on(.connected(isRelay: false), at: Self.start, chance: 1)
    _ = state.on(.errorFrame("FutureCursor"), at: Self.start, chance: 1)
    #expect(state.refusedAt == Self.start - 25 * Self.hour && state.cursor == 7)
    let next = try #require(state.nextAttemptAt)
    _ = state.on(.tick, at: next, chance: 1)
    _ = state.on(.connected(isRelay: false), at: next, chance: 1)
    let actions = state.on(.errorFrame("FutureCursor"), at: next, chance: 1)
    #expect(actions.last == .connect(.oldest))
    #expect(state.refusedAt == nil)
  }

  @Test func failedRequestsDoNotCountAsLosses() throws {
    var host = Host(cursor: 7)
    host.on(.started)
    host.on(.lost(.lost))
    #expect(host.on(.requested(isAdministrator: false), after: Self.second / 2) == [])
    for _ in 0..<30 {
      let isCalled = !host.on(.requested(isAdministrator: false), after: Self.second).isEmpty
      if isCalled { host.on(.lost(.lost)) }
      let isDue = host.state.nextAttemptAt.map { $0 <= host.now } ?? false
      if isDue, !host.on(.tick).isEmpty { host.on(.lost(.lost)) }
    }
    #expect(host.state.status == .active)
    #expect(host.state.failures < 8)
    // An offline host that is called in vain is called again when it was due anyway.
    while host.state.status != .offline {
      _ = try host.wait()
      host.on(.lost(.lost))
    }
    let later = try #require(host.state.nextAttemptAt)
    let failures = host.state.failures
    #expect(
      host.on(.requested(isAdministrator: false), after: 10 * Self.second)
        == [.connect(.after(7))]
    )
    #expect(host.on(.lost(.lost)).last == .schedule(at: later))
    #expect(host.state.failures == failures)
    // Nor is it called in a loop.
    #expect(host.on(.requested(isAdministrator: false), after: 9 * Self.second) == [])
    #expect(
      host.on(.requested(isAdministrator: false), after: Self.second) == [.connect(.after(7))]
    )
  }

  @Test func throttledHostIsActiveAfterARestart() {
    var host = Host(.throttled, cursor: 7)
    #expect(host.on(.started) == [.status(.active), .connect(.after(7))])
  }

  @Test func hostThatWasConnectedWithoutEventsIsReadFromItsOldestEvent() {
    var known = HostState(Host.row(), wasConnected: true)
    #expect(known.on(.started, at: Self.start, chance: 1) == [.connect(.oldest)])
  }

  @Test func requestConnectsAnIdleHostAtOnceWithItsCursor() {
    var host = Host(cursor: 7)
    host.on(.started)
    host.on(.connected(isRelay: false))
    host.on(.errorFrame("FutureCursor"))
    #expect(
      host.on(.requested(isAdministrator: false), after: 10 * Self.second)
        == [.connect(.after(7))]
    )
    host.on(.connected(isRelay: false))
    #expect(host.on(.event) == [.status(.active)])
  }

  @Test func administratorsRequestResetsTheCursorOfAnIdleHost() {
    var host = Host(cursor: 7)
    host.on(.started)
    host.on(.connected(isRelay: false))
    host.on(.errorFrame("FutureCursor"))
    let actions = host.on(.requested(isAdministrator: true))
    #expect(actions.count == 2 && actions.last == .connect(.oldest))
    #expect(host.state.cursor == nil)
  }

  @Test func requestChangesNothingForAConnectedHost() {
    var host = Host(cursor: 7)
    host.on(.started)
    #expect(host.on(.requested(isAdministrator: true)) == [])
    host.on(.connected(isRelay: false))
    #expect(host.on(.requested(isAdministrator: true)) == [])
  }

  @Test func hostReturnsAfterMonthsByRequestAndWithoutIt() throws {
    for isRequested in [false, true] {
      var host = Host(cursor: 7)
      host.on(.started)
      for _ in 0..<15 {
        host.on(.lost(.lost))
        if host.state.status != .offline { _ = try host.wait() }
      }
      if isRequested {
        #expect(
          host.on(.requested(isAdministrator: false), after: 3 * 30 * 24 * Self.hour)
            == [.connect(.after(7))]
        )
      } else {
        var passed: SyncTime = 0
        while passed < 3 * 30 * 24 * Self.hour {
          let (actions, delay) = try host.wait()
          #expect(actions == [.connect(.after(7))])
          host.on(.lost(.lost))
          passed += delay
        }
        #expect(try host.wait().delay == 24 * Self.hour)
      }
      host.on(.connected(isRelay: false))
      #expect(host.on(.event) == [.status(.active)])
    }
  }

  // MARK: Other ends

  @Test func quietHostWithoutACursorIsReadFromItsOldestEvent() throws {
    var host = Host()
    #expect(host.on(.started) == [.connect(.none)])
    host.on(.connected(isRelay: false))
    host.on(.lost(.lost), after: Self.second)
    #expect(try host.wait().actions == [.connect(.oldest)])
    // A connection that failed at once is no reason to read everything.
    var other = Host()
    other.on(.started)
    other.on(.connected(isRelay: false))
    other.on(.lost(.lost), after: Self.second - 1)
    #expect(try other.wait().actions == [.connect(.none)])
  }

  @Test func tooSlowRelayReconnectsAtOnceAfterEvents() throws {
    var host = Host(cursor: 7)
    host.on(.started)
    host.on(.connected(isRelay: false))
    host.on(.event)
    #expect(
      host.on(.errorFrame("ConsumerTooSlow"), after: Self.second)
        == [.count("errorFrame"), .connect(.after(7))]
    )
    // A host that says so without events, or at once, is not called in a loop.
    host.on(.connected(isRelay: false))
    host.on(.errorFrame("ConsumerTooSlow"), after: Self.second)
    #expect(try host.wait().delay == Self.second)
    host.on(.connected(isRelay: false))
    host.on(.event)
    host.on(.errorFrame("ConsumerTooSlow"))
    #expect(try host.wait().delay == Self.second)
  }

  @Test(arguments: [
    (HostState.Input.errorFrame("Unknown"), "errorFrame"), (.refused(status: 500), "refused"),
    (.lost(.silent), "silent"), (.lost(.malformedFrame), "malformedFrame"),
  ])
  func everyLossIsCountedAndFollowedByAnAttempt(_ input: HostState.Input, _ reason: String) {
    var host = Host(cursor: 7)
    host.on(.started)
    host.on(.connected(isRelay: false))
    #expect(host.on(input) == [.count(reason), .schedule(at: Self.start + Self.second)])
    #expect(host.state.status == .active)
  }

  @Test func relayIsBannedAtItsFirstResponse() {
    var host = Host()
    host.on(.started)
    #expect(host.on(.connected(isRelay: true)) == [.count("banned"), .status(.banned), .close])
    #expect(host.on(.requested(isAdministrator: true)) == [])
    #expect(host.on(.tick) == [])
  }

  @Test func longWaitForAQuotaShowsAsThrottled() {
    var host = Host(cursor: 7)
    host.on(.started)
    host.on(.connected(isRelay: false))
    host.on(.event)
    #expect(host.on(.quota(isWaiting: true)) == [.status(.throttled)])
    #expect(host.on(.quota(isWaiting: false)) == [.status(.active)])
    host.on(.quota(isWaiting: true))
    #expect(host.on(.lost(.lost)).contains(.status(.active)))
  }

  // MARK: Bans

  @Test func banDisconnectsAndLiftingItReconnects() {
    var host = Host(cursor: 7)
    host.on(.started)
    host.on(.connected(isRelay: false))
    #expect(host.on(.banned) == [.status(.banned), .close])
    for input in [HostState.Input.started, .event, .lost(.lost), .tick] {
      #expect(host.on(input) == [])
    }
    #expect(host.on(.unbanned) == [.status(.active), .connect(.after(7))])
  }

  @Test func liftingTheBanOfADomainKeepsTheBanOfTheHost() {
    var host = Host(cursor: 7)
    host.on(.started)
    #expect(host.on(.domainBanned) == [.close])
    #expect(host.state.visibleStatus == .banned && host.state.status == .active)
    host.on(.banned)
    #expect(host.on(.domainUnbanned) == [])
    #expect(host.on(.unbanned) == [.status(.active), .connect(.after(7))])
    host.on(.domainBanned)
    #expect(host.on(.unbanned) == [])
    #expect(host.on(.domainUnbanned) == [.connect(.after(7))])
  }
}
