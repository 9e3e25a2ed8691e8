import ATProtoSyntax
import Synchronization
import Testing

@Suite struct TIDGeneratorTests {
  @Test("TIDs increase across threads")
  func increasesAcrossThreads() async {
    let generator = TIDGenerator()
    let runs = await withTaskGroup(of: [TID].self) { group in
      for _ in 0..<8 {
        group.addTask { (0..<5000).map { _ in generator.next() } }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    for run in runs {
      #expect(zip(run, run.dropFirst()).allSatisfy { $0 < $1 })
    }
    #expect(Set(runs.joined()).count == 40_000)
    #expect(runs.joined().allSatisfy { $0.clockIdentifier == generator.clockIdentifier })
  }

  @Test("TIDs increase even if the clock is set back")
  func increasesIfTheClockIsSetBack() {
    let readings = Mutex<[UInt64]>([1000, 1000, 1000, 400, 0, 1002, 5000, 4999])
    let generator = TIDGenerator(clockIdentifier: 7) {
      readings.withLock { $0.removeFirst() }
    }
    let made = (0..<8).map { _ in generator.next() }
    #expect(made.map(\.microseconds) == [1000, 1001, 1002, 1003, 1004, 1005, 5000, 5001])
    #expect(made.allSatisfy { $0.clockIdentifier == 7 })
  }

  @Test("after a restart, TIDs continue after the last one")
  func continuesAfterARestart() throws {
    let latest = try #require(TID(microseconds: 9000, clockIdentifier: 1023))
    let generator = TIDGenerator(clockIdentifier: 0, after: latest) { 10 }
    #expect(generator.next().microseconds == 9001)
    #expect(generator.next() > latest)
  }

  @Test("a TID can be made later than a given one")
  func isLaterThanAGivenTID() throws {
    let generator = TIDGenerator(clockIdentifier: 3) { 1000 }
    let past = try #require(TID(microseconds: 5, clockIdentifier: 0))
    let future = try #require(TID(microseconds: 1 << 52, clockIdentifier: 1023))
    #expect(try #require(generator.next(after: past)).microseconds == 1000)
    let answer = try #require(generator.next(after: future))
    #expect(answer > future)
    #expect(answer.microseconds == 1 << 52 + 1)
    #expect(generator.next().microseconds == 1002, "a given TID does not advance the generator")
    #expect(generator.next(after: TID(rawValue: .max)) == nil)
    #expect(generator.next(after: TID(rawValue: .max >> 1)) == nil)
  }

  @Test("the time of a TID comes from the system clock")
  func usesTheSystemClock() {
    let before = Datetime.Instant.now.seconds
    let tid = TIDGenerator(clockIdentifier: 2000).next()
    #expect(abs(tid.instant.seconds - before) < 60)
    #expect(tid.clockIdentifier == 2000 % 1024)
  }
}
