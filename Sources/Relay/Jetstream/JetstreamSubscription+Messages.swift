import ATProtoData
import Synchronization
import XRPCServer

// Messages of the subscriber.

extension JetstreamSubscription {
  // "Unrecognized message types" are ignored. An update replaces all options:
  //
  // { "type": "options_update",
  //   "payload": { "wantedCollections"?, "wantedDids"?, "maxMessageSizeBytes"? } }

  private static let limits = DataLimits(
    inputSize: 10_000_000,
    depth: 8,
    elements: 20_000,
    stringLength: 4_096
  )

  func received(_ message: WebSocketMessage) async throws {
    guard version == .one else {
      throw WebSocketClosing(code: 1008, reason: "messages are not expected")
    }
    let bytes: [UInt8]
    switch message {
    case .text(let text): bytes = Array(text.utf8)
    case .binary(let binary): bytes = binary
    }
    let filter: JetstreamFilter
    do {
      let value = try DataValue(json: bytes, limits: Self.limits)
      guard value["type"]?.string == "options_update" else { return }
      filter = try JetstreamFilter(update: value["payload"] ?? .null)
    } catch let error as XRPCServerError {
      throw WebSocketClosing(code: 1008, reason: error.message ?? error.name)
    } catch {
      throw WebSocketClosing(code: 1008, reason: "the message is not valid JSON")
    }
    state.withLock { state in
      state.filter = filter
      state.accounts = nil
      state.isWaitingForHello = false
    }
    updates.notify()
  }
}
