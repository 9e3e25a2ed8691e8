import Foundation
import ServiceKit
import Synchronization
import TestSupport
import Testing

@testable import Relay

@Suite struct SegmentLogTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func open(
    bytes: Int = 256 << 20,
    hours: UInt64 = 1_000,
    torn: Int = 64 << 20,
    willSync: @escaping @Sendable () throws -> Void = {}
  ) throws -> SegmentLog {
    try SegmentLog(
      directory: folder.path,
      limits: SegmentLog.Limits(
        bytes: bytes,
        microseconds: hours * 3_600_000_000,
        tornBytes: torn
      ),
      willSync: willSync
    )
  }

  private func write(_ batches: [ClosedRange<Int>], bytes: Int = 256 << 20) throws {
    let log = try open(bytes: bytes)
    for batch in batches { try log.append(batch.map { Sample.record($0) }) }
    try log.close()
  }

  private func sequences(_ log: SegmentLog) async throws -> [Int] {
    try await log.records(after: 0, maximumBytes: 1 << 20).map { record in
      #expect(record == Sample.record(record.sequence))
      return record.sequence
    }
  }

  @Test func recordsSurviveARestart() async throws {
    try write([1...3, 4...4, 7...9])
    let log = try open()
    #expect(log.last?.sequence == 9)
    try log.append([Sample.record(10)])
    #expect(try await sequences(log) == [1, 2, 3, 4, 7, 8, 9, 10])
    try log.close()
  }

  @Test("a batch that was cut off at any byte is removed, and the earlier ones stay")
  func tornBatchIsCutOff() async throws {
    try write([1...3])
    let name = "0000000000000001.log"
    let whole = try Data(contentsOf: URL(filePath: folder.path + "/" + name)).count
    try write([4...5])
    let all = try Data(contentsOf: URL(filePath: folder.path + "/" + name))
    for size in whole..<all.count {
      try folder.write(Array(all.prefix(size)), to: name)
      let log = try open()
      #expect(log.last?.sequence == 3, "\(size) bytes")
      try log.close()
      #expect(try Data(contentsOf: URL(filePath: folder.path + "/" + name)).count == whole)
    }
    let log = try open()
    try log.append([Sample.record(4)])
    #expect(try await sequences(log) == [1, 2, 3, 4])
    try log.close()
  }

  @Test("a batch with any byte changed is removed")
  func damagedBatchIsCutOff() async throws {
    try write([1...2])
    let name = "0000000000000001.log"
    let whole = try Data(contentsOf: URL(filePath: folder.path + "/" + name)).count
    try write([3...3])
    let all = try Data(contentsOf: URL(filePath: folder.path + "/" + name))
    for position in whole..<all.count {
      var bytes = Array(all)
      bytes[position] ^= 0x10
      try folder.write(bytes, to: name)
      // A length that is too small looks as if another batch followed.
      guard let log = try? open() else {
        #expect((whole + 8..<whole + 12).contains(position))
        continue
      }
      #expect(log.last?.sequence == 2, "byte \(position)")
      try log.close()
    }
  }

  @Test func firstBatchThatIsTornLeavesAnEmptyLog() async throws {
    try write([1...3])
    let path = folder.path + "/0000000000000001.log"
    let all = try Data(contentsOf: URL(filePath: path))
    try folder.write(Array(all.dropLast()), to: "0000000000000001.log")
    let log = try open()
    #expect(log.last == nil)
    try log.append([Sample.record(1)])
    #expect(try await sequences(log) == [1])
    try log.close()
  }

  @Test func damageThatNoCrashExplainsIsAnError() throws {
    try write([1...3, 4...400])
    var bytes = Array(try Data(contentsOf: URL(filePath: folder.path + "/0000000000000001.log")))
    bytes[40] ^= 1
    try folder.write(bytes, to: "0000000000000001.log")
    // Whole batches follow, which were sent.
    #expect(throws: ServiceError(.corruption, "")) { try open() }
    bytes[0] ^= 1
    try folder.write(bytes, to: "0000000000000001.log")
    #expect(throws: ServiceError(.corruption, "")) { try open(torn: 1_000) }
  }

  @Test func filesAreDividedAndReadAcross() async throws {
    let numbers = Array(1...60)
    try write(numbers.map { $0...$0 }, bytes: 500)
    let logs = try folder.names().filter { $0.hasSuffix(".log") }
    #expect(logs.count > 5)
    #expect(try folder.names().filter { $0.hasSuffix(".idx") }.count == logs.count - 1)
    let log = try open(bytes: 500)
    #expect(try await sequences(log) == numbers)
    for number in numbers {
      let position = try await log.position(at: UInt64(number) * 1_000)
      #expect(position.sequence == number - 1)
      #expect(try await log.records(after: number - 1, maximumBytes: 1).first?.sequence == number)
    }
    try log.close()
  }

  @Test(arguments: [0, 39, 40, 77])
  func indexThatIsMissingOrShortIsMadeAgain(_ size: Int) async throws {
    try write((1...20).map { $0...$0 }, bytes: 500)
    for name in try folder.names() where name.hasSuffix(".idx") {
      let bytes = try Data(contentsOf: URL(filePath: folder.path + "/" + name))
      if size == 0 {
        try folder.remove(name)
      } else {
        try folder.write(Array(bytes.prefix(size)), to: name)
      }
    }
    let log = try open(bytes: 500)
    #expect(try await sequences(log) == Array(1...20))
    try log.close()
  }

  @Test func damageInAnOlderFileIsAnError() throws {
    try write((1...20).map { $0...$0 }, bytes: 500)
    try folder.remove("0000000000000001.idx")
    var bytes = Array(try Data(contentsOf: URL(filePath: folder.path + "/0000000000000001.log")))
    bytes[60] ^= 1
    try folder.write(bytes, to: "0000000000000001.log")
    #expect(throws: ServiceError(.corruption, "")) { try open() }
  }

  @Test func oldFilesAreDeletedWhole() async throws {
    try write((1...30).map { $0...$0 }, bytes: 500)
    let log = try open(bytes: 500)
    let before = try folder.names().count
    try log.removeRecords(before: 15_000)
    let first = try #require(log.window()?.lowerBound)
    #expect((2...15).contains(first))
    #expect(try folder.names().count < before)
    #expect(try await sequences(log) == Array(first...30))
    try log.removeRecords(before: .max)
    #expect(log.last?.sequence == 30)
    try log.close()
    let again = try open(bytes: 500)
    #expect(again.last?.sequence == 30)
    try again.close()
  }

  @Test func filesBeyondTheSizeLimitAreDeletedUnlessTheStoreNeedsThem() async throws {
    try write((1...30).map { $0...$0 }, bytes: 500)
    let log = try open(bytes: 500)
    func size() throws -> Int {
      try folder.names().filter { $0.hasSuffix(".log") }.reduce(0) { sum, name in
        try sum + Data(contentsOf: URL(filePath: folder.path + "/" + name)).count
      }
    }
    let all = try size()
    try log.removeRecords(exceeding: 1_000, through: 0)
    #expect(try size() == all)
    try log.removeRecords(exceeding: 1_000, through: .max)
    #expect((1...1_000).contains(try size()))
    let first = try #require(log.window()?.lowerBound)
    #expect(try await sequences(log) == Array(first...30))
    try log.close()
  }

  @Test func maximumSizeLimitsTheSizeOfFiles() throws {
    let log = try SegmentLog(directory: folder.path, maximumBytes: 4_000)
    for number in 1...30 { try log.append([Sample.record(number)]) }
    #expect(try folder.names().count { $0.hasSuffix(".log") } > 4)
    try log.close()
  }

  @Test func fileIsSealedAfterAnHour() throws {
    let log = try open(hours: 1)
    try log.append([Sample.record(1, at: 10)])
    try log.append([Sample.record(2, at: 3_600_000_009)])
    #expect(try folder.names().filter { $0.hasSuffix(".log") }.count == 1)
    try log.append([Sample.record(3, at: 3_600_000_010)])
    #expect(try folder.names().filter { $0.hasSuffix(".log") }.count == 2)
    try log.close()
  }

  @Test func directoryIsUsedByOneLogAtATime() throws {
    let log = try open()
    #expect(throws: ServiceError(.storage, "")) { try open() }
    try log.close()
    try open().close()
  }

  @Test func failingDiskLosesAndRepeatsNothing() async throws {
    struct DiskFull: Error {}
    let fails = Mutex(false)
    let log = try open(bytes: 500, willSync: { if fails.withLock({ $0 }) { throw DiskFull() } })
    for number in 1...30 {
      fails.withLock { $0 = number % 3 == 0 }
      if number % 3 == 0 {
        #expect(throws: DiskFull.self) { try log.append([Sample.record(number)]) }
        #expect(log.last?.sequence == number - 1)
        fails.withLock { $0 = false }
      }
      try log.append([Sample.record(number)])
    }
    #expect(try await sequences(log) == Array(1...30))
    try log.close()
    let again = try open(bytes: 500)
    #expect(try await sequences(again) == Array(1...30))
    try again.close()
  }

  /// The name of a new file is synced after its first batch.
  @Test func diskFailureWhileCreatingAFileLosesAndRepeatsNothing() async throws {
    struct DiskFull: Error {}
    let calls = Mutex(0)
    let failing = Mutex(0)
    let log = try open(
      bytes: 500,
      willSync: {
        let call = calls.withLock { calls in
          calls += 1
          return calls
        }
        if call == failing.withLock({ $0 }) { throw DiskFull() }
      }
    )
    var failures = [0, 0]
    for number in 1...30 {
      // The log syncs twice only for a new file.
      for call in 1...2 where log.last?.sequence ?? 0 < number {
        calls.withLock { $0 = 0 }
        failing.withLock { $0 = call }
        do {
          try log.append([Sample.record(number)])
        } catch is DiskFull {
          failures[call - 1] += 1
          #expect(log.last?.sequence ?? 0 == number - 1)
        }
      }
      failing.withLock { $0 = 0 }
      if log.last?.sequence ?? 0 < number { try log.append([Sample.record(number)]) }
    }
    #expect(failures[0] == 30 && (2..<30).contains(failures[1]))
    #expect(try await sequences(log) == Array(1...30))
    try log.close()
    let again = try open(bytes: 500)
    #expect(try await sequences(again) == Array(1...30))
    try again.close()
  }

  @Test func logContinuesInTheLastFileIfCreatingAFileFailed() async throws {
    struct DiskFull: Error {}
    let calls = Mutex(0)
    let log = try open(
      bytes: 1,
      willSync: {
        let call = calls.withLock { calls in
          calls += 1
          return calls
        }
        // The first record takes two calls, and so would the second.
        if call == 4 { throw DiskFull() }
      }
    )
    try log.append([Sample.record(1)])
    #expect(throws: DiskFull.self) { try log.append([Sample.record(2)]) }
    try log.close()
    let again = try open()
    #expect(again.last?.sequence == 1)
    try again.append([Sample.record(2)])
    #expect(try await sequences(again) == [1, 2])
    try again.close()
  }

  /// The index of a full file cannot be written.
  @Test func diskFailureWhileSealingAFileLosesAndRepeatsNothing() async throws {
    let log = try open(bytes: 1)
    try log.append([Sample.record(1)])
    // A file cannot replace a directory.
    let obstacle = folder.path + "/0000000000000001.idx"
    try FileManager.default.createDirectory(atPath: obstacle, withIntermediateDirectories: false)
    for _ in 0..<2 {
      #expect(throws: ServiceError(.storage, "")) { try log.append([Sample.record(2)]) }
      #expect(log.last?.sequence == 1)
      #expect(try await sequences(log) == [1])
    }
    try FileManager.default.removeItem(atPath: obstacle)
    try log.append([Sample.record(2)])
    #expect(try await sequences(log) == [1, 2])
    try log.close()
    let again = try open(bytes: 1)
    #expect(try await sequences(again) == [1, 2])
    try again.close()
  }
}
