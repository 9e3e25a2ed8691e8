import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import Foundation
import Relay
import RelayTestSupport
import Synchronization

/// A relay's log with everything behind it and nothing before it: entries are submitted by the test.
struct LogFixture: Sendable {
  let storage: RelayStorage
  let recovery: Recovery
  let checkpoints: Checkpoints
  let firehose: Firehose
  let writer: LogWriter

  init(
    _ storage: RelayStorage = .memory(),
    replayWindow: Duration = .seconds(3_600),
    initialSequence: Int = 1,
    now: @escaping @Sendable () -> UInt64 = ServedLog.clock
  ) async throws {
    self.storage = storage
    recovery = try await Recovery(storage, initialSequence: initialSequence)
    checkpoints = Checkpoints(
      store: storage.store,
      appliedSequence: recovery.appliedSequence,
      takedowns: recovery.takedowns
    )
    firehose = Firehose(
      ServedLog(
        storage.log,
        replayWindow: replayWindow,
        takedowns: recovery.takedowns,
        now: now
      ),
      startingAfter: recovery.numbers.sequence - 1
    )
    writer = LogWriter(
      storage.log,
      checkpoints,
      firehose.broadcast,
      numbers: recovery.numbers,
      metrics: RelayMetrics(),
      now: now
    )
  }

  /// Submits events, and waits until they are durable. Returns fewer sequence numbers if that takes
  /// too long.
  ///
  /// - Parameter padding: additional bytes of each frame.
  @discardableResult func publish(
    _ count: Int,
    account: UInt32 = 1,
    padding: Int = 0
  ) async -> [Int] {
    let sequences = Mutex<[Int]>([])
    for index in 0..<count {
      let isLast = index == count - 1
      if isLast {
        try? await limited {
          await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            writer.submit(
              Self.entry(account: account, padding: padding) { sequence in
                sequences.withLock { $0.append(sequence ?? 0) }
                continuation.resume()
              }
            )
          }
        }
      } else {
        writer.submit(
          Self.entry(account: account, padding: padding) { sequence in
            sequences.withLock { $0.append(sequence ?? 0) }
          }
        )
      }
    }
    return sequences.withLock { $0 }
  }

  static func did(_ account: UInt32) -> DID { try! DID("did:web:user\(account).test") }

  static func row(_ account: UInt32, rev: UInt64 = 1) -> AccountRow {
    AccountRow(
      id: AccountID(rawValue: account),
      did: did(account),
      host: HostID(rawValue: 1),
      rev: TID(rawValue: rev)
    )
  }

  static func frame(_ account: UInt32, padding: Int) -> UnnumberedFrame {
    var payload: DataValue = [
      "did": .string(did(account).string), "active": true, "seq": 1,
      "time": .string(SimulatedFrame.time),
    ]
    if padding > 0 { payload["padding"] = .bytes(Bytes([UInt8](repeating: 7, count: padding))) }
    return try! FirehoseEvent(frame: SimulatedFrame.message("#account", payload)).frame!
  }

  /// An `#account` event.
  static func entry(
    account: UInt32 = 1,
    kind: LogEntry.Kind = .account,
    padding: Int = 0,
    row: AccountRow? = nil,
    changes: CollectionUpdate? = nil,
    ticket: EventTicket? = nil,
    done: (@Sendable (Int?) -> Void)? = nil
  ) -> LogEntry {
    LogEntry(
      kind: kind,
      frame: frame(account, padding: padding),
      effect: row ?? Self.row(account),
      changes: changes,
      ticket: ticket,
      done: done
    )
  }
}
