import Testing

@testable import Relay

@Suite struct HostProgressTests {
  @Test func cursorMovesOverFinishedWorkOnly() {
    var progress = HostProgress()
    #expect(progress.cursor == nil)
    for sequence in [10, 11, 15, 16] { #expect(progress.receive(sequence) == .new) }
    #expect(progress.cursor == 9)
    progress.finish(11)
    #expect(progress.cursor == 9 && progress.ahead == [11..<15])
    progress.finish(16)
    #expect(progress.ahead == [11..<15, 16..<17])
    progress.finish(10)
    #expect(progress.cursor == 14 && progress.ahead == [16..<17])
    progress.finish(15)
    #expect(progress.cursor == 16 && progress.ahead == [] && progress.openCount == 0)
  }

  @Test func repeatedEventIsRecognizedInEveryState() {
    var progress = HostProgress(cursor: 10, ahead: [12..<14, 20..<21])
    #expect(progress.receive(10) == .repeated)
    #expect(progress.receive(11) == .new)
    #expect(progress.receive(11) == .repeated)
    #expect(progress.receive(12) == .repeated)
    #expect(progress.receive(13) == .repeated)
    #expect(progress.receive(14) == .new)
    progress.finish(11)
    #expect(progress.receive(11) == .repeated)
    #expect(progress.cursor == 13)
    progress.finish(14)
    #expect(progress.cursor == 14 && progress.ahead == [20..<21])
    #expect(progress.receive(25) == .new)
    progress.finish(25)
    #expect(progress.cursor == 25 && progress.ahead == [])
  }

  @Test func abandonedEventIsReceivedAgain() {
    var progress = HostProgress(cursor: 10)
    for sequence in 11...13 { _ = progress.receive(sequence) }
    progress.abandon(12)
    progress.finish(11)
    progress.finish(13)
    #expect(progress.cursor == 11)
    #expect(progress.receive(11) == .repeated)
    #expect(progress.receive(12) == .new)
    #expect(progress.receive(12) == .repeated)
    #expect(progress.receive(13) == .repeated)
    progress.finish(12)
    #expect(progress.cursor == 13)
  }

  @Test func lostEventThatNoLongerExistsDoesNotHoldTheCursor() {
    var progress = HostProgress(cursor: 10)
    for sequence in 11...13 { _ = progress.receive(sequence, after: 10) }
    progress.finish(11)
    progress.abandon(12)
    progress.finish(13)
    // The next connection begins after 11, and the host has purged 12.
    #expect(progress.cursor == 11)
    #expect(progress.receive(13, after: 11) == .repeated)
    #expect(progress.cursor == 13)
  }

  /// A host that keeps its events, a relay that finishes them in any order, loses connections, and is
  /// killed.
  @Test(arguments: 0..<20)
  func cursorNeverPassesUnfinishedWork(seed: Int) {
    var random = TestRandom(state: UInt64(seed))
    let events = (0..<400).reduce(into: [Int]()) { events, _ in
      events.append((events.last ?? 0) + Int.random(in: 1...3, using: &random))
    }
    var progress = HostProgress()
    var open: Set<Int> = []
    var finished: [Int: Int] = [:]
    var stored = HostProgress()
    var next = 0
    while next < events.count || !open.isEmpty {
      switch Int.random(in: 0..<20, using: &random) {
      case 0:
        // The connection is lost: the host sends what follows the cursor.
        next = events.firstIndex { $0 > progress.cursor ?? 0 } ?? events.count
      case 1:
        // The process is killed: only what was stored is left, and what is open is lost.
        progress = HostProgress(cursor: stored.cursor, ahead: stored.ahead)
        open = []
        next = events.firstIndex { $0 > progress.cursor ?? 0 } ?? events.count
        // What finished after the checkpoint is in the log, which recovery adds.
        let later = finished.keys.filter { $0 > progress.cursor ?? 0 }
        progress = HostProgress(
          cursor: progress.cursor ?? 0,
          ahead: progress.ahead.union(later)
        )
      case 2: stored = progress
      case 3..<11 where next < events.count:
        if progress.receive(events[next]) == .new {
          #expect(finished[events[next]] == nil, "an event is finished twice")
          open.insert(events[next])
        }
        next += 1
      default:
        guard let sequence = open.randomElement(using: &random) else { continue }
        open.remove(sequence)
        progress.finish(sequence)
        finished[sequence, default: 0] += 1
      }
      let cursor = progress.cursor ?? 0
      for sequence in events where sequence <= cursor { #expect(finished[sequence] != nil) }
      for range in progress.ahead {
        #expect(range.lowerBound > cursor)
        for sequence in events where range.contains(sequence) {
          #expect(finished[sequence] != nil)
        }
      }
    }
    #expect(finished.count == events.count && finished.values.allSatisfy { $0 == 1 })
    #expect(progress.cursor == events.last && progress.ahead == [])
  }
}

/// Reproducible random numbers (SplitMix64).
struct TestRandom: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}
