import ATProtoCrypto
import ATProtoData
import ATProtoHTTP
import ATProtoLabels
import ATProtoSyntax
import ComAtprotoAPI
import HTTPTypes
import SQLiteStorage
import Synchronization
import TestSupport
import Testing
import XRPC
import XRPCClient
import XRPCServer

@testable import Labeler

typealias Label = ComAtproto.Label.Defs.Label

/// The label side of a labeler, without moderation.
final class LabelFixture: Sendable {
  static let source: DID = "did:web:labeler.test"
  /// 2026-11-30T12:00:00Z.
  static let start = 1_796_040_000_000

  let store: any LabelerStore
  let key: PrivateKey
  let labels: Labels
  let resigning: Resigning
  let log: LabelLog
  let handler: LabelHandler
  private let clock: Mutex<Int>

  /// - Parameters:
  ///   - key: signs new labels.
  ///   - replayWindow: how far back the stream goes.
  ///   - streams: the limits of the stream.
  init(
    _ store: any LabelerStore = MemoryLabelerStore(),
    key: PrivateKey = PrivateKey(generating: .k256),
    replayWindow: Duration? = nil,
    streams: EventBroadcastConfiguration = LabelHandler.streams
  ) throws {
    self.store = store
    self.key = key
    let keys = try store.setUp { transaction in try SigningKeys(key, in: transaction) }
    labels = Labels(source: Self.source, keys: keys, store: store)
    resigning = Resigning(labels, keys: keys, store: store)
    log = LabelLog(
      source: Self.source,
      store: store,
      replayWindow: replayWindow,
      now: { LabelFixture.start }
    )
    handler = LabelHandler(labels, log: log, streams: streams)
    clock = Mutex(Self.start)
  }

  /// Labels subjects, or negates their labels.
  @discardableResult
  func apply(_ changes: [LabelChange], at now: Int? = nil) async throws -> [LabelRow] {
    let now =
      now
      ?? clock.withLock { clock in
        clock += 1_000
        return clock
      }
    return try await store.write { [labels] transaction throws in
      try labels.apply(changes, at: now, in: transaction)
    }
  }

  @discardableResult
  func add(_ uri: String, _ values: String..., at now: Int? = nil) async throws -> [LabelRow] {
    try await apply(values.map { LabelChange(uri: uri, value: $0) }, at: now)
  }

  @discardableResult
  func negate(_ uri: String, _ values: String..., at now: Int? = nil) async throws -> [LabelRow] {
    try await apply(values.map { LabelChange(uri: uri, value: $0, isNegated: true) }, at: now)
  }

  // MARK: The methods

  var client: XRPCClient {
    XRPCClient(
      service: ServiceEndpoint("http://labeler.test")!,
      transport: InMemoryTransport(handler.routes)
    )
  }

  func query(
    _ patterns: [String],
    sources: [String]? = nil,
    limit: Int = 50,
    cursor: String? = nil
  ) async throws -> ComAtproto.Label.QueryLabels.Output {
    try await client.comAtproto.label.queryLabels(
      ComAtproto.Label.QueryLabels.Parameters(
        uriPatterns: patterns,
        sources: sources?.map { FormatString($0) },
        limit: limit,
        cursor: cursor
      )
    )
  }

  /// All pages of a query, as `subject value`.
  func pages(_ patterns: [String], limit: Int) async throws -> [[String]] {
    var pages: [[String]] = []
    var cursor: String?
    repeat {
      let output = try await query(patterns, limit: limit, cursor: cursor)
      pages.append(output.labels.map(\.name))
      cursor = output.cursor
    } while cursor != nil && pages.count < 1_000
    return pages
  }

  /// The first messages of the stream after a cursor.
  func events(
    after cursor: Int?,
    _ count: Int
  ) async throws -> [ComAtproto.Label.SubscribeLabels.Message] {
    var messages: [ComAtproto.Label.SubscribeLabels.Message] = []
    guard count > 0 else { return messages }
    for try await frame in try await handler.subscribe(cursor: cursor).frames() {
      messages.append(try Self.message(frame))
      if messages.count == count { break }
    }
    return messages
  }

  static func message(_ frame: [UInt8]) throws -> ComAtproto.Label.SubscribeLabels.Message {
    switch try EventStreamFrame(bytes: frame) {
    case .message("#labels", let payload):
      .labels(try ComAtproto.Label.SubscribeLabels.Labels(cbor: payload))
    case .message("#info", let payload):
      .info(try ComAtproto.Label.SubscribeLabels.Info(cbor: payload))
    case .error(let body): throw XRPCStreamError(body)
    default: throw UnexpectedFrame()
    }
  }
}

struct UnexpectedFrame: Error {}

extension Label {
  /// The subject and the value, after a minus sign if the label is negated.
  var name: String { (neg == true ? "-" : "") + "\(uri.string) \(val)" }
}

extension ComAtproto.Label.SubscribeLabels.Message {
  /// The sequence number and the label of an event.
  var name: String {
    guard case .labels(let event) = self else { return "info" }
    return "\(event.seq) " + event.labels.map(\.name).joined(separator: ",")
  }
}
