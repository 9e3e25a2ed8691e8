public import ATProtoIdentity
public import ATProtoSyntax
import Synchronization

/// Operation logs in memory: for tests and short-lived PLC directories.
public final class MemoryPLCStore: PLCStore {
  private struct State {
    var logs: [DID: PLCLog] = [:]
    /// The position of each operation, in the order in which they were accepted.
    var sequence: [(did: DID, index: Int)] = []
  }

  private let state = Mutex(State())

  public init() {}

  public func log(of did: DID) async throws -> PLCLog {
    state.withLock { $0.logs[did] ?? PLCLog(of: did) }
  }

  public func update(
    _ did: DID,
    _ change: @escaping @Sendable (inout PLCLog) throws -> Void
  ) async throws {
    try state.withLock { state in
      var log = state.logs[did] ?? PLCLog(of: did)
      let before = log.entries.count
      try change(&log)
      for index in before..<log.entries.count { state.sequence.append((did, index)) }
      state.logs[did] = log
    }
  }

  public func export(
    after cursor: PLCExportCursor,
    count: Int
  ) async throws -> [PLCExportLine] {
    state.withLock { state in
      var lines: [PLCExportLine] = []
      for (position, (did, index)) in state.sequence.enumerated() {
        guard lines.count < count else { break }
        guard let entry = state.logs[did]?.entries[index] else { continue }
        let line = PLCExportLine(did: did, sequence: position + 1, entry: entry)
        if line.isAfter(cursor) { lines.append(line) }
      }
      return lines
    }
  }
}

extension PLCExportLine {
  /// Times never decrease, so both orders are the same.
  fileprivate func isAfter(_ cursor: PLCExportCursor) -> Bool {
    switch cursor {
    case .sequence(let last): sequence > last
    case .time(let last): last.map { entry.createdAt.instant > $0.instant } ?? true
    }
  }
}
