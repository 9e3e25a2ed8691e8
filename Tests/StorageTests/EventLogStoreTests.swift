import ATProtoSyntax
import PDS
import ServiceKit
import Synchronization
import Testing
import XRPC
import XRPCServer

@Suite struct EventLogStoreTests {
  private static func append(_ keys: String..., to store: any PDSStore) async throws {
    try await store.write { transaction throws in
      for key in keys {
        try transaction.sequence.append(key) { sequence, _ in Array("\(sequence) \(key)".utf8) }
      }
    }
  }

  private static func frames(
    _ store: any PDSStore,
    after sequence: Int = 0,
    count: Int = 1000,
    bytes: Int = 1 << 20
  ) async throws -> [String] {
    let frames = try await StoredEventLog(store).frames(
      after: sequence,
      maximumCount: count,
      maximumBytes: bytes
    )
    for frame in frames {
      #expect(String(decoding: frame.bytes, as: UTF8.self).hasPrefix("\(frame.sequence) "))
    }
    return frames.map { String(decoding: $0.bytes, as: UTF8.self) }
  }

  @Test(
    "events get consecutive numbers, and pages end at their limits",
    arguments: StoreBackend.allCases
  )
  func eventsAreNumbered(_ backend: StoreBackend) async throws {
    try await backend.withStore { store in
      #expect(try await StoredEventLog(store).window() == nil)
      #expect(try await Self.frames(store).isEmpty)
      try await Self.append("a", "b", to: store)
      try await Self.append("c", to: store)
      #expect(try await StoredEventLog(store).window() == 1...3)
      #expect(try await Self.frames(store) == ["1 a", "2 b", "3 c"])
      #expect(try await Self.frames(store, after: 1) == ["2 b", "3 c"])
      #expect(try await Self.frames(store, after: 3).isEmpty)
      #expect(try await Self.frames(store, count: 2) == ["1 a", "2 b"])
      // The frame that reaches the limit is included.
      #expect(try await Self.frames(store, bytes: 3) == ["1 a"])
      #expect(try await Self.frames(store, bytes: 4) == ["1 a", "2 b"])
    }
  }

  @Test(
    "a frame is built from the event's number and the current time",
    arguments: StoreBackend.allCases
  )
  func framesAreBuilt(_ backend: StoreBackend) async throws {
    try await backend.withStore { store in
      let before = Datetime.Instant.now.milliseconds
      let (sequence, milliseconds) = try await store.write { transaction throws in
        var built = (0, 0)
        try transaction.sequence.append("a") { sequence, instant in
          built = (sequence, instant.milliseconds)
          return []
        }
        return built
      }
      #expect(sequence == 1)
      #expect((before...Datetime.Instant.now.milliseconds).contains(milliseconds))
      await #expect(throws: Refused.self) {
        try await store.write { transaction throws in
          try transaction.sequence.append("a") { _, _ in throw Refused() }
        }
      }
      #expect(try await StoredEventLog(store).window() == 1...1)
    }
  }

  @Test(
    "the events of a key are removed, except the last event of the log",
    arguments: StoreBackend.allCases
  )
  func eventsOfKeyAreRemoved(_ backend: StoreBackend) async throws {
    try await backend.withStore { store in
      try await Self.append("a", "b", "a", "b", "a", to: store)
      try await store.write { try $0.sequence.removeEvents(of: "a") }
      #expect(try await Self.frames(store) == ["2 b", "4 b", "5 a"])
      #expect(try await StoredEventLog(store).window() == 2...5)
      // Gaps do not end a page.
      #expect(try await Self.frames(store, after: 2, count: 2) == ["4 b", "5 a"])
      try await store.write { try $0.sequence.removeEvents(of: "none") }
      try await Self.append("c", to: store)
      #expect(try await Self.frames(store) == ["2 b", "4 b", "5 a", "6 c"])
    }
  }

  @Test(
    "old events are removed in batches, except the last event of the log",
    arguments: StoreBackend.allCases
  )
  func oldEventsAreRemoved(_ backend: StoreBackend) async throws {
    try await backend.withStore { store in
      func remove(_ milliseconds: Int, _ limit: Int) async throws -> Bool {
        try await store.write { transaction throws in
          try transaction.sequence.removeEvents(before: milliseconds, limit: limit)
        }
      }
      let later = Datetime.Instant.now.milliseconds + 3_600_000
      #expect(try await !remove(later, 10))
      try await Self.append("a", "b", "c", "d", "e", to: store)
      #expect(try await !remove(later - 7_200_000, 10))
      #expect(try await StoredEventLog(store).window() == 1...5)
      #expect(try await remove(later, 2))
      #expect(try await StoredEventLog(store).window() == 3...5)
      var steps = 1
      while try await remove(later, 2) { steps += 1 }
      #expect(steps <= 3)
      #expect(try await StoredEventLog(store).window() == 5...5)
      try await Self.append("f", to: store)
      #expect(try await StoredEventLog(store).window() == 5...6)
    }
  }

  /// A reader that polls never sees a number before all smaller ones.
  @Test(
    "readers see events in the order of their numbers, without gaps",
    arguments: StoreBackend.allCases
  )
  func readersSeeNoGaps(_ backend: StoreBackend) async throws {
    try await backend.withStore { store in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for writer in 0..<10 {
          group.addTask {
            for index in 0..<20 {
              // Some of them fail.
              _ = try? await store.write { transaction throws in
                try transaction.sequence.append("w") { sequence, _ in Array("\(sequence) w".utf8) }
                if (writer + index) % 4 == 0 { throw Refused() }
              }
            }
          }
        }
        group.addTask {
          var last = 0
          while last < 150 {
            for frame in try await StoredEventLog(store).frames(
              after: last,
              maximumCount: 7,
              maximumBytes: 1 << 20
            ) {
              #expect(frame.sequence == last + 1)
              last = frame.sequence
            }
            await Task.yield()
          }
        }
        try await group.waitForAll()
      }
    }
  }

  @Test(
    "readers are woken once the events can be read, and only for events",
    arguments: StoreBackend.allCases
  )
  func readersAreWoken(_ backend: StoreBackend) async throws {
    try await backend.withStore { store in
      var wakeUps = StoredEventLog(store).wakeUps().makeAsyncIterator()
      try await store.write { try $0.secrets.setSecret("a", [1]) }
      try await Self.append("a", to: store)
      // The first wake-up is for the event, since the other write wakes no reader.
      await wakeUps.next()
      #expect(try await StoredEventLog(store).window() == 1...1)
      try await Self.append("b", to: store)
      await wakeUps.next()
      #expect(try await StoredEventLog(store).window() == 1...2)
    }
  }

  @Test(
    "a broadcast sends stored and new events without gaps or duplicates",
    arguments: StoreBackend.allCases
  )
  func broadcastReadsTheLog(_ backend: StoreBackend) async throws {
    try await backend.withStore { store in
      try await Self.append("a", "b", "c", to: store)
      let broadcast = EventBroadcast(log: StoredEventLog(store))
      let replay = try await broadcast.subscribe(cursor: 1) { _ in nil }
      let live = try await broadcast.subscribe(cursor: nil) { _ in nil }
      async let replayed = replay.frames().prefix(202).reduce(into: []) { $0.append($1) }
      async let new = live.frames().prefix(200).reduce(into: []) { $0.append($1) }
      for index in 0..<100 { try await Self.append("x\(index)", "y\(index)", to: store) }
      let stored = try await StoredEventLog(store)
        .frames(after: 1, maximumCount: 1000, maximumBytes: 1 << 20).map(\.bytes)
      #expect(try await replayed == stored)
      #expect(try await new == Array(stored.dropFirst(2)))
      await #expect(throws: XRPCServerError.self) {
        try await broadcast.subscribe(cursor: 1000) { _ in nil }
      }
    }
  }
}
