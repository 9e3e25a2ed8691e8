import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import NIOCore
import Synchronization
import XRPCWebSocket

/// An event as Jetstream sends it: one operation of a commit, or a change of an account.
package struct JetstreamEvent: Sendable {
  /// The account.
  package let did: String
  package let account: AccountID
  /// When the relay stored the event; different for each event.
  package let microseconds: UInt64
  /// The number of the record in the relay's log.
  package let sequence: Int
  /// The index of the operation in its commit.
  package let index: Int
  /// The collection, or nil if the event is not about a record.
  package let collection: String?
  let content: Content
  private let forms = SharedForms()

  enum Content: Sendable {
    case record(RecordEvent)
    case sync(rev: String, blocks: [UInt8], time: String)
    case identity(handle: String?, time: String)
    case account(isActive: Bool, status: String?, time: String)
  }

  struct RecordEvent: Sendable {
    var rev: String
    var action: String
    var recordKey: String
    var cid: String?
    /// The record in DAG-CBOR.
    var block: [UInt8]?
  }

  /// About how much memory the event takes, in bytes.
  var size: Int {
    // The bytes, their JSON, and that compressed.
    switch content {
    case .record(let record): 512 + 3 * (record.block?.count ?? 0)
    case .sync(_, let blocks, _): 512 + 4 * blocks.count
    case .identity, .account: 512
    }
  }

  /// The size of the message in a frame.
  func payloadSize(of frame: ByteBuffer) -> Int {
    let length = frame.getInteger(at: frame.readerIndex + 1, as: UInt8.self) ?? 0
    return frame.readableBytes - (length < 126 ? 2 : length == 126 ? 4 : 10)
  }

  var isAboutRepository: Bool { kind == .commit || kind == .sync }

  var kind: JetstreamKind {
    switch content {
    case .record: .commit
    case .identity: .identity
    case .account: .account
    case .sync: .sync
    }
  }

  /// The message as a WebSocket frame with JSON, encoded once for all subscribers.
  func text(_ version: JetstreamVersion) -> ByteBuffer {
    let key = SharedForms.Key(version: version, dictionary: nil)
    if let frame = forms[key] { return frame }
    let frame = ServerFrame.text(json(version))
    forms[key] = frame
    return frame
  }

  /// The message as a WebSocket frame with compressed JSON, made once for all subscribers.
  func compressed(
    _ version: JetstreamVersion,
    by compressor: ZstdCompressor
  ) throws(ZstdError) -> ByteBuffer {
    let key = SharedForms.Key(version: version, dictionary: compressor.dictionary?.id ?? 0)
    if let frame = forms[key] { return frame }
    let message = ServerFrame.payload(of: text(version))
    let frame = ServerFrame.binary(try compressor.compress(message))
    forms[key] = frame
    return frame
  }
}

/// The kinds of events; Jetstream v1 does not have `sync`.
package enum JetstreamKind: String, CaseIterable, Sendable {
  case commit, identity, account, sync
}

/// The forms of messages: that of `/subscribe`, and that of
/// `network.bsky.jetstream.subscribeEvents`.
package enum JetstreamVersion: Sendable {
  case one, two
}

/// The encoded forms of an event. Two threads may encode the same form at once, which does no harm.
private final class SharedForms: Sendable {
  struct Key: Hashable {
    var version: JetstreamVersion
    /// 0 if compressed without a dictionary, nil if not compressed.
    var dictionary: UInt32?
  }

  private let forms = Mutex<[Key: ByteBuffer]>([:])

  subscript(key: Key) -> ByteBuffer? {
    get { forms.withLock { $0[key] } }
    set { forms.withLock { $0[key] = newValue } }
  }
}

// MARK: From the log

extension JetstreamEvent {
  /// The events of a record of the log, in order.
  static func events(of record: LogRecord) -> [JetstreamEvent] {
    // The relay has checked what it stored.
    guard let event = try? FirehoseEvent(frame: record.frame) else { return [] }
    switch event.content {
    case .commit(let message):
      return operations(of: message, record)
    case .identity(let message):
      let content = Content.identity(handle: message.handle, time: event.time)
      return [JetstreamEvent(message.did, record, content)]
    case .account(let message):
      let content = Content.account(
        isActive: message.isActive,
        status: message.status,
        time: event.time
      )
      return [JetstreamEvent(message.did, record, content)]
    case .sync(let message):
      let content = Content.sync(rev: message.rev, blocks: message.blocks, time: event.time)
      return [JetstreamEvent(message.did, record, content)]
    case .info, .error, .malformed, .unknown:
      return []
    }
  }

  private static func operations(
    of message: CommitMessage,
    _ record: LogRecord
  ) -> [JetstreamEvent] {
    guard let blocks = try? CARBlocks(message.blocks) else { return [] }
    return message.operations.enumerated().compactMap { index, operation in
      guard let path = try? RepoPath(operation.path) else { return nil }
      let event = RecordEvent(
        rev: message.rev,
        action: operation.action,
        recordKey: path.recordKey.string,
        cid: operation.cid?.string,
        block: operation.cid.flatMap(blocks.block)
      )
      return JetstreamEvent(
        message.repo,
        record,
        index: index,
        collection: path.collection.string,
        .record(event)
      )
    }
  }

  private init(
    _ did: String,
    _ record: LogRecord,
    index: Int = 0,
    collection: String? = nil,
    _ content: Content
  ) {
    self.did = did
    account = record.account
    microseconds = record.microseconds + UInt64(index)
    sequence = record.sequence
    self.index = index
    self.collection = collection
    self.content = content
  }
}
