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
    guard case .text(let text) = message else { return }
    let filter: JetstreamFilter
    do {
      let value = try DataValue(json: Array(text.utf8), limits: Self.limits)
      guard value["type"]?.string == "options_update" else { return }
      filter = try JetstreamFilter(update: value["payload"])
    } catch let error as XRPCServerError {
      throw WebSocketClosing(code: 1008, reason: error.message ?? error.name)
    } catch {
      throw WebSocketClosing(code: 1007, reason: "the message is not valid JSON")
    }
    state.withLock { state in
      state.filter = filter
      state.accounts = nil
      if state.isWaitingForHello, startsLive {
        state.place = .log(LogPosition(sequence: feed.log.last?.sequence ?? 0), from: 0)
      }
      state.isWaitingForHello = false
    }
    updates.notify()
  }
}
