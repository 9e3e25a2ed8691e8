import ATProtoData
import ATProtoSyntax
import DevLexgenAPI
import Synchronization
import VerifiedSync
import XRPC
import XRPCServer

/// `dev.lexgen.index.subscribeRecords`: changes of records as they are indexed, for everyone.
struct RecordStream: Sendable {
  typealias Method = DevLexgen.Index.SubscribeRecords

  let updates: LiveUpdates
  let store: any AppViewStore
  let collections: IndexedCollections

  var route: XRPCRoute {
    .subscription(Method.self) { request in try subscribe(request.parameters) }
  }

  /// Throws `FutureCursor`, which is the only message of the stream then, and refuses parameters
  /// that are not patterns and DIDs before the upgrade.
  func subscribe(_ parameters: Method.Parameters) throws -> XRPCEventStream<Method.Message> {
    let filter = try RecordFilter(parameters, collections)
    let window = updates.window
    var position = window.upperBound - 1
    var info: Method.Message?
    if let cursor = parameters.cursor {
      guard cursor >= 0 else {
        throw ParameterError(
          code: .malformed,
          parameter: "cursor",
          reason: "it must not be negative"
        )
      }
      guard cursor <= position else {
        throw Method.Failure.futureCursor(
          message: "the cursor is ahead of the stream, which is at \(position)"
        )
      }
      position = cursor
      if cursor < window.lowerBound - 1 {
        position = window.lowerBound - 1
        // 0 asks for everything that is buffered.
        guard cursor > 0 else {
          return stream(filter, after: position, first: nil)
        }
        info = .info(
          Method.Info(
            name: .outdatedCursor,
            message: "the stream begins with event \(window.lowerBound)"
          )
        )
      }
    }
    return stream(filter, after: position, first: info)
  }

  private func stream(
    _ filter: RecordFilter,
    after position: Int,
    first: Method.Message?
  ) -> XRPCEventStream<Method.Message> {
    let reader = RecordSubscription(self, filter, after: position, first: first)
    return XRPCEventStream { try await reader.next() }
  }
}

/// The records that a subscriber wants.
struct RecordFilter: Sendable {
  private let patterns: [CollectionPattern]
  /// Nil for all.
  private let repos: Set<DID>?
  private let collections: IndexedCollections

  init(
    _ parameters: RecordStream.Method.Parameters,
    _ collections: IndexedCollections
  ) throws {
    patterns = try (parameters.collections ?? []).map { text throws in
      guard let pattern = CollectionPattern(text) else {
        throw ParameterError(
          code: .malformed,
          parameter: "collections",
          reason: "it must be an NSID or a prefix followed by '.*'"
        )
      }
      return pattern
    }
    repos = try parameters.repos.map { repos throws in
      Set(try repos.map { text throws in try text.parsed() })
    }
    self.collections = collections
  }

  func includes(_ address: RecordAddress) -> Bool {
    (repos?.contains(address.did) ?? true)
      && (patterns.isEmpty || patterns.contains { $0.matches(address.collection) })
      && collections.contains(address.collection)
  }
}

/// The position of a subscriber. Only one task reads it.
private final class RecordSubscription: Sendable {
  private static let pageSize = 200

  private let stream: RecordStream
  private let filter: RecordFilter
  private let wakeUps: AsyncStream<Void>
  private let state: Mutex<(position: Int, ready: [RecordStream.Method.Message])>

  init(
    _ stream: RecordStream,
    _ filter: RecordFilter,
    after position: Int,
    first: RecordStream.Method.Message?
  ) {
    self.stream = stream
    self.filter = filter
    wakeUps = stream.updates.wakeUps()
    state = Mutex((position, first.map { [$0] } ?? []))
  }

  /// The next message. Waits for changes, and throws `ConsumerTooSlow` if some that were not read are
  /// gone.
  func next() async throws -> RecordStream.Method.Message? {
    while true {
      try Task.checkCancellation()
      if let message = state.withLock({ $0.ready.isEmpty ? nil : $0.ready.removeFirst() }) {
        return message
      }
      let position = state.withLock { $0.position }
      switch stream.updates.page(after: position, maximumCount: Self.pageSize) {
      case .tooSlow:
        throw RecordStream.Method.Failure.consumerTooSlow(
          message: "events that were not read have been discarded"
        )
      case .changes(let changes):
        guard let last = changes.last else {
          // One wake-up may stand for many changes, and none is lost while nobody waits.
          var iterator = wakeUps.makeAsyncIterator()
          guard await iterator.next() != nil else { return nil }
          continue
        }
        let messages = try await stream.messages(
          changes.filter { filter.includes($0.change.address) }
        )
        state.withLock { state in
          state.position = last.sequence
          state.ready = messages
        }
      }
    }
  }
}

extension RecordStream {
  /// The messages of changes, without those of accounts and records that are hidden.
  fileprivate func messages(
    _ changes: [(sequence: Int, change: RecordChange)]
  ) async throws -> [Method.Message] {
    guard !changes.isEmpty else { return [] }
    let (dids, addresses) = (
      Array(Set(changes.map(\.change.address.did))), changes.map(\.change.address)
    )
    let (accounts, takenDown) = try await store.read(deadline: nil) { snapshot in
      let takenDown = try addresses.filter { address in
        try snapshot.moderation.takedown(of: address.uri) != nil
      }
      return (try snapshot.accounts.accounts(dids), Set(takenDown))
    }
    return try changes.compactMap { sequence, change throws in
      guard accounts[change.address.did]?.isVisible ?? false, !takenDown.contains(change.address)
      else { return nil }
      return .record(try Method.Record(change, sequence))
    }
  }
}

extension DevLexgen.Index.SubscribeRecords.Record {
  fileprivate init(_ change: RecordChange, _ sequence: Int) throws {
    self.init(
      seq: sequence,
      did: FormatString(change.address.did),
      rev: FormatString(change.rev),
      collection: FormatString(change.address.collection),
      rkey: FormatString(change.address.recordKey),
      action: Action(change.action.rawValue),
      cid: change.cid,
      record: try change.bytes.map { bytes throws in try DataValue(cbor: bytes) },
      time: FormatString(datetime: change.time)
    )
  }
}
