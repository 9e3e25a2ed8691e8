import ATProtoData
import NIOCore
import Synchronization
import VerifiedSync
import XRPCServer

/// A client of `/channel`: receives events as text messages and acknowledges them.
///
///     { "type": "ack", "id": 1 }
final class SyncChannel: WebSocketSource {
  private struct State {
    /// Events that were sent and not acknowledged.
    var open: [Int: SyncDelivery] = [:]
    var isClosed = false
  }

  private let consumer: SyncConsumer
  private let needsAcknowledgments: Bool
  private let state = Mutex(State())

  init(_ consumer: SyncConsumer, needsAcknowledgments: Bool) {
    self.consumer = consumer
    self.needsAcknowledgments = needsAcknowledgments
  }

  func next() async throws -> [ByteBuffer]? {
    // The last event has been sent.
    if !needsAcknowledgments { acknowledgeAll() }
    var iterator = consumer.deliveries.makeAsyncIterator()
    guard let delivery = try await iterator.next() else { return nil }
    let isClosed = state.withLock { state in
      if !state.isClosed { state.open[delivery.event.id] = delivery }
      return state.isClosed
    }
    guard !isClosed else {
      delivery.release()
      return nil
    }
    return [WebSocketFrames.text(delivery.event.json.jsonString())]
  }

  func received(_ message: WebSocketMessage) async throws {
    guard case .text(let text) = message,
      let value = try? DataValue(json: Array(text.utf8), limits: Self.limits)
    else { throw WebSocketClosing(code: 1008, reason: "the message is not valid JSON") }
    guard value["type"]?.string == "ack", let id = value["id"]?.integer else { return }
    state.withLock { $0.open.removeValue(forKey: id) }?.acknowledge()
  }

  private static let limits = DataLimits(inputSize: 1_024, depth: 4, elements: 16)

  private func acknowledgeAll() {
    let sent = state.withLock { state in
      defer { state.open = [:] }
      return state.open.values
    }
    for delivery in sent { delivery.acknowledge() }
  }

  /// Other clients get what this one has not acknowledged.
  func closed() {
    let left = state.withLock { state in
      state.isClosed = true
      defer { state.open = [:] }
      return state.open.values
    }
    for delivery in left.sorted(by: { $0.event.id < $1.event.id }) { delivery.release() }
  }
}
