import ATProtoSyntax
import Relay
import Testing
import XRPCServer

@Suite struct RelayLogTests {
  private static func fill(_ log: any RelayLog, _ numbers: ClosedRange<Int>) throws {
    var next = numbers.lowerBound
    // Batches of different sizes.
    while next <= numbers.upperBound {
      let end = min(numbers.upperBound, next + next % 4)
      try log.append((next...end).map { Sample.record($0) })
      next = end + 1
    }
  }

  @Test("an empty log returns nothing", arguments: RelayBackend.allCases)
  func emptyLogHasNothing(_ backend: RelayBackend) async throws {
    try await backend.withLog { log in
      #expect(log.last == nil)
      #expect(try await log.window() == nil)
      #expect(try await log.records(after: 0, maximumBytes: 100).isEmpty)
      #expect(try await log.position(at: 5) == LogPosition(sequence: 0))
      let entries = try await log.entries(
        after: LogPosition(sequence: 0),
        matching: LogFilter(),
        maximumCount: 5
      )
      #expect(entries.records.isEmpty && entries.isAtEnd)
      try log.append([])
      #expect(log.last == nil)
    }
  }

  @Test(
    "records come back in order, and pages end at their limits",
    arguments: RelayBackend.allCases
  )
  func recordsAreRead(_ backend: RelayBackend) async throws {
    try await backend.withLog { log in
      try Self.fill(log, 1...20)
      try log.append([Sample.record(40, kind: .account), Sample.record(41, kind: .identity)])
      let expected =
        (1...20).map { Sample.record($0) }
        + [Sample.record(40, kind: .account), Sample.record(41, kind: .identity)]
      #expect(try await log.records(after: 0, maximumBytes: 1 << 20) == expected)
      #expect(try await log.records(after: 20, maximumBytes: 1 << 20) == Array(expected.suffix(2)))
      #expect(try await log.records(after: 30, maximumBytes: 1) == [expected[20]])
      #expect(try await log.records(after: 41, maximumBytes: 1).isEmpty)
      #expect(try await log.window() == 1...41)
      #expect(log.last?.sequence == 41)
      #expect(log.last?.microseconds == 41_001)
      let frames = try await log.frames(after: 3, maximumCount: 4, maximumBytes: 1 << 20)
      #expect(frames.map(\.sequence) == [4, 5, 6, 7])
      #expect(frames.map(\.bytes) == expected[3..<7].map(\.frame))
      // A reader that only knows the last number of a page misses and repeats nothing.
      var all: [SequencedFrame] = []
      while true {
        let page = try await log.frames(
          after: all.last?.sequence ?? 0,
          maximumCount: 3,
          maximumBytes: 150
        )
        if page.isEmpty { break }
        all += page
      }
      #expect(all.map(\.bytes) == expected.map(\.frame))
    }
  }

  @Test("a time is found exactly", arguments: RelayBackend.allCases)
  func timesAreFound(_ backend: RelayBackend) async throws {
    try await backend.withLog { log in
      // A commit of three operations takes three microseconds.
      try log.append([
        Sample.record(5, at: 100), Sample.record(6, at: 103), Sample.record(9, at: 200),
      ])
      for (time, first) in [(0, 5), (100, 5), (102, 5), (103, 6), (105, 6), (106, 9), (202, 9)] {
        let position = try await log.position(at: UInt64(time))
        let page = try await log.records(after: position.sequence, maximumBytes: 1)
        #expect(page.map(\.sequence) == [first], "\(time)")
      }
      #expect(try await log.position(at: 203) == LogPosition(sequence: 9))
    }
  }

  @Test("a filter finds every record that matches", arguments: RelayBackend.allCases)
  func filtersFindMatches(_ backend: RelayBackend) async throws {
    try await backend.withLog { log in
      let names: [NSID] = ["app.one.post", "app.one.like", "app.two.post", "com.three.thing"]
      var records: [LogRecord] = []
      for number in 1...200 {
        let kind: LogEntry.Kind = number % 10 == 0 ? .identity : .commit
        records.append(
          Sample.record(
            number,
            kind: kind,
            account: UInt32(number % 7),
            collections: kind == .commit ? [names[number % 4]] : []
          )
        )
      }
      try log.append(records)
      func found(_ filter: LogFilter) async throws -> [Int] {
        var sequences: [Int] = []
        var position = LogPosition(sequence: 0)
        while true {
          let page = try await log.entries(after: position, matching: filter, maximumCount: 9)
          sequences += page.records.map(\.sequence)
          for record in page.records {
            #expect(record.frame == records[record.sequence - 1].frame)
          }
          position = page.position
          if page.isAtEnd { return sequences }
        }
      }
      #expect(try await found(LogFilter()) == Array(1...200))
      #expect(
        try await found(LogFilter(kinds: [.identity]))
          == stride(from: 10, through: 200, by: 10).map(\.self)
      )
      #expect(
        try await found(LogFilter(accounts: [Sample.account(3)]))
          == (1...200).filter { $0 % 7 == 3 }
      )
      for pattern in ["app.one.post", "app.one.*", "app.*", "com.three.thing"] {
        let pattern = CollectionPattern(pattern)
        let sequences = try await found(LogFilter(collections: [pattern]))
        for number in 1...200 where number % 10 == 0 || pattern.matches(names[number % 4].string) {
          #expect(sequences.contains(number))
        }
        // Identities pass every filter of collections.
        #expect(sequences.contains(10))
      }
      #expect(
        try await found(LogFilter(kinds: [.commit], collections: [CollectionPattern("app.*")]))
          .count < 180
      )
    }
  }

  @Test("old records are removed, but never the last", arguments: RelayBackend.allCases)
  func oldRecordsAreRemoved(_ backend: RelayBackend) async throws {
    try await backend.withLog { log in
      try Self.fill(log, 1...10)
      try log.removeRecords(before: 1_000_000)
      #expect(log.last?.sequence == 10)
      #expect(try await log.window()?.upperBound == 10)
      try log.append([Sample.record(11)])
      #expect(try await log.records(after: 9, maximumBytes: 1 << 20).map(\.sequence) == [10, 11])
    }
  }

  @Test("a log that is too large loses its oldest records", arguments: RelayBackend.allCases)
  func largeLogLosesItsOldestRecords(_ backend: RelayBackend) async throws {
    try await backend.withLog { log in
      try Self.fill(log, 1...10)
      try log.removeRecords(exceeding: 1 << 20, through: .max)
      #expect(try await log.window() == 1...10)
      try log.removeRecords(exceeding: 0, through: 0)
      #expect(try await log.window() == 1...10)
      try log.removeRecords(exceeding: 0, through: .max)
      #expect(log.last?.sequence == 10)
      #expect(try await log.window()?.upperBound == 10)
    }
  }

  @Test("readers see whole batches while they are appended", arguments: RelayBackend.allCases)
  func readersSeeWholeBatches(_ backend: RelayBackend) async throws {
    try await backend.withLog { log in
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          for batch in 0..<200 {
            try log.append((1...5).map { Sample.record(batch * 5 + $0) })
          }
        }
        for _ in 0..<4 {
          group.addTask {
            var last = 0
            while last < 1_000 {
              for record in try await log.records(after: last, maximumBytes: 2_000) {
                #expect(record == Sample.record(last + 1))
                last += 1
              }
              await Task.yield()
            }
          }
        }
        try await group.waitForAll()
      }
    }
  }
}
