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
    if let cursor = parameters.cursor {
      guard cursor >= 0 else {
        throw ParameterError(
          code: .malformed,
          parameter: "cursor",
          reason: "it must not be negative"
        )
      }
      let newest = updates.lastSequence
      guard cursor <= newest else {
        throw Method.Failure.futureCursor(
          message: "the cursor is ahead of the stream, which is at \(newest)"
        )
      }
    }
    let reader = RecordReader(
      self,
      filter,
      updates.subscribe(after: parameters.cursor),
      // 0 asks for everything that is buffered.
      isCursorGiven: (parameters.cursor ?? 0) > 0
    )
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

/// Reads the updates of a subscriber. Only one task does.
private final class RecordReader: Sendable {
  /// What has not been sent.
  private struct Rest {
    var info: RecordStream.Method.Info?
    /// Visible updates, the next one last. Each becomes a message only when it is sent, because
    /// decoded records take much more memory.
    var updates: [LiveUpdate] = []
  }

  private let stream: RecordStream
  private let filter: RecordFilter
  private let subscription: LiveSubscription
  private let rest: Mutex<Rest>

  init(
    _ stream: RecordStream,
    _ filter: RecordFilter,
    _ subscription: LiveSubscription,
    isCursorGiven: Bool
  ) {
    self.stream = stream
    self.filter = filter
    self.subscription = subscription
    let info = RecordStream.Method.Info(
      name: .outdatedCursor,
      message: "events after the cursor are no longer buffered"
    )
    rest = Mutex(Rest(info: isCursorGiven && subscription.missesUpdates ? info : nil))
  }

  /// The next message. Waits for changes, and throws `ConsumerTooSlow` if some that were not read are
  /// gone.
  func next() async throws -> RecordStream.Method.Message? {
    while true {
      if let info = rest.withLock({ $0.info.take() }) { return .info(info) }
      if let update = rest.withLock({ $0.updates.popLast() }) {
        return .record(try RecordStream.Method.Record(update))
      }
      guard let updates = await subscription.next() else {
        guard subscription.hasFallenBehind else { return nil }
        throw RecordStream.Method.Failure.consumerTooSlow(
          message: "events that were not read have been discarded"
        )
      }
      let visible = try await stream.visible(updates.filter { filter.includes($0.address) })
      rest.withLock { $0.updates = visible.reversed() }
    }
  }
}

extension RecordStream {
  /// Updates without those of accounts and records that are hidden.
  fileprivate func visible(_ updates: [LiveUpdate]) async throws -> [LiveUpdate] {
    guard !updates.isEmpty else { return [] }
    let dids = Array(Set(updates.map(\.address.did)))
    let addresses = Set(updates.map(\.address))
    let (accounts, takenDown) = try await store.read(deadline: nil) {
      snapshot throws -> ([DID: IndexedAccount], Set<RecordAddress>) in
      let takenDown = try addresses.filter { address in
        try snapshot.moderation.takedown(of: address.uri) != nil
      }
      return (try snapshot.accounts.accounts(dids), takenDown)
    }
    return updates.filter { update in
      accounts[update.address.did]?.isVisible ?? false && !takenDown.contains(update.address)
    }
  }
}

extension DevLexgen.Index.SubscribeRecords.Record {
  fileprivate init(_ update: LiveUpdate) throws {
    self.init(
      seq: update.sequence,
      did: FormatString(update.address.did),
      rev: FormatString(update.rev),
      collection: FormatString(update.address.collection),
      rkey: FormatString(update.address.recordKey),
      action: Action(update.action.rawValue),
      cid: update.cid,
      record: try update.bytes.map { bytes throws in
        try DataValue(cbor: bytes, rules: .allowsForeignCIDs)
      },
      time: FormatString(datetime: update.time)
    )
  }
}
