import ATProtoRepo
import RelayTestSupport
import Testing

@testable import Relay

@Suite struct HostRateTests {
  static let start: SyncTime = 1_700_000_000_000_000

  @Test func quotasGrowWithTheAccountLimit() {
    #expect(
      HostQuotas(accountLimit: 100, eventsPerSecond: 50)
        == HostQuotas(perSecond: 50, perHour: 2600, perDay: 21_000)
    )
    #expect(
      HostQuotas(accountLimit: 100_000, eventsPerSecond: 50)
        == HostQuotas(perSecond: 150, perHour: 102_500, perDay: 1_020_000)
    )
    #expect(HostQuotas(accountLimit: .max, eventsPerSecond: 50).perDay > 0)
  }

  @Test(arguments: [
    (HostQuotas(perSecond: 50, perHour: 100_000, perDay: 1_000_000), HostState.second, 50),
    (HostQuotas(perSecond: 1000, perHour: 2600, perDay: 1_000_000), HostState.hour, 2600),
    (HostQuotas(perSecond: 1000, perHour: 100_000, perDay: 21_000), 24 * HostState.hour, 21_000),
  ])
  func windowHasAsManyEventsAsItsQuota(
    _ quotas: HostQuotas,
    _ window: SyncTime,
    _ quota: Int
  ) {
    var rate = HostRate(quotas)
    var now = Self.start
    var times: [SyncTime] = []
    while now < Self.start + 4 * window {
      if let delay = rate.delay(at: now) {
        #expect(delay > .zero)
        now +=
          SyncTime(delay.components.seconds) * 1_000_000
          + SyncTime(delay.components.attoseconds / 1_000_000_000_000)
      } else {
        times.append(now)
      }
    }
    #expect(times.count { $0 < Self.start + window } == quota)
    // An approximation: the windows are two, and the events of the older one count as spread evenly.
    for time in stride(from: Self.start, to: Self.start + 3 * window, by: Int(window / 7)) {
      let count = times.count { $0 >= time && $0 < time + window }
      #expect(count <= 2 * quota)
    }
    #expect(times.count >= 7 * quota / 2 && times.count <= 9 * quota / 2)
  }

  @Test func clockThatGoesBackwardIsHarmless() {
    var rate = HostRate(HostQuotas(perSecond: 2, perHour: 100, perDay: 100))
    #expect(rate.delay(at: Self.start) == nil)
    #expect(rate.delay(at: Self.start - HostState.hour) == nil)
    #expect(rate.delay(at: 0) != nil)
    #expect(rate.delay(at: Self.start + 2 * HostState.second) == nil)
  }

  @Test func quotaOfZeroStillLetsEventsPass() {
    var rate = HostRate(HostQuotas(perSecond: 0, perHour: 0, perDay: 0))
    #expect(rate.delay(at: Self.start) == nil)
    #expect(rate.delay(at: Self.start) != nil)
    #expect(rate.delay(at: Self.start + 48 * HostState.hour) == nil)
  }
}

@Suite struct HostLimitTests {
  let one = HostID(rawValue: 1)
  let two = HostID(rawValue: 2)

  @Test func oneEventOfEachHostAlwaysFits() async throws {
    let budget = ByteBudget(perHost: 100, all: 150, reserve: 0)
    try await budget.acquire(1000, for: one)
    try await budget.acquire(1000, for: two)
    #expect(budget.total == 2000)
    budget.release(1000, for: one)
    budget.release(1000, for: two)
    #expect(budget.total == 0 && budget.used(by: one) == 0)
  }

  @Test func hostOverItsBudgetWaitsAndOthersDoNot() async throws {
    let budget = ByteBudget(perHost: 100, all: 1000, reserve: 0)
    try await budget.acquire(80, for: one)
    let waiting = Task { [one] in try await budget.acquire(80, for: one) }
    try await budget.acquire(80, for: two)
    try await budget.acquire(20, for: two)
    #expect(budget.used(by: one) == 80)
    budget.release(80, for: one)
    try await limited { try await waiting.value }
    #expect(budget.used(by: one) == 80 && budget.used(by: two) == 100)
  }

  @Test func hostsWaitForTheCommonBudgetInTurn() async throws {
    let budget = ByteBudget(perHost: 100, all: 100, reserve: 0)
    try await budget.acquire(50, for: one)
    try await budget.acquire(50, for: two)
    let waiting = Task { [two] in try await budget.acquire(40, for: two) }
    await Task.yield()
    budget.release(50, for: one)
    try await limited { try await waiting.value }
    #expect(budget.total == 90)
  }

  @Test func everyHostHasAReserveWhileOthersUseUpTheTotal() async throws {
    let budget = ByteBudget()
    let others = (2...41).map { HostID(rawValue: $0) }
    for host in others { try await budget.acquire(8 << 20, for: host) }
    try await limited { [one] in
      try await budget.acquire(150 << 10, for: one)
      try await budget.acquire(100 << 10, for: one)
    }
    let waiting = Task { [one] in try await budget.acquire(100 << 10, for: one) }
    try await Task.sleep(for: .milliseconds(20))
    #expect(budget.used(by: one) == 250 << 10)
    budget.release(150 << 10, for: one)
    try await limited { try await waiting.value }
    #expect(budget.used(by: one) == 200 << 10)
    // What does not fit into the reserve waits for the others.
    let large = Task { [one] in try await budget.acquire(1 << 20, for: one) }
    for host in others { budget.release(8 << 20, for: host) }
    try await limited { try await large.value }
    #expect(budget.total == (200 << 10) + (1 << 20))
  }

  @Test func canceledWaitTakesNothing() async throws {
    let budget = ByteBudget(perHost: 100, all: 100, reserve: 0)
    let window = HostWindow(concurrency: 1)
    try await budget.acquire(80, for: one)
    try await window.acquire()
    let tasks = [
      Task { [one] in try await budget.acquire(80, for: one) },
      Task { try await window.acquire() },
    ]
    for task in tasks {
      task.cancel()
      await #expect(throws: CancellationError.self) { try await task.value }
    }
    #expect(budget.used(by: one) == 80 && window.count == 1)
    budget.release(80, for: one)
    window.release(wasParked: false)
    try await budget.acquire(100, for: one)
    try await window.acquire()
  }

  @Test func parkedEventGivesItsPlaceToTheNext() async throws {
    let window = HostWindow(concurrency: 2, maximumParked: 2)
    #expect(window.tryAcquire() && window.tryAcquire() && !window.tryAcquire())
    window.park()
    #expect(window.tryAcquire() && !window.tryAcquire())
    window.park()
    // As many are parked as may be.
    #expect(!window.tryAcquire())
    let waiting = Task { try await window.acquire() }
    window.release(wasParked: true)
    try await limited { try await waiting.value }
    #expect(window.count == 3)
  }
}
