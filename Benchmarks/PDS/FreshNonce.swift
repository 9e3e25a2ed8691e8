import Foundation
import Synchronization

/// The DPoP nonce of a server, fetched anew every minute, as a client would see it change.
final class FreshNonce: Sendable {
  private struct State {
    var value: String
    var fetched: ContinuousClock.Instant
  }

  private let port: UInt16
  private let state: Mutex<State>

  init(_ server: ServingProcess) throws {
    port = server.port
    state = Mutex(State(value: try Self.fetch(server.port), fetched: .now))
  }

  var value: String {
    state.withLock { state in
      if ContinuousClock.now - state.fetched > .seconds(60), let value = try? Self.fetch(port) {
        state = State(value: value, fetched: .now)
      }
      return state.value
    }
  }

  private static func fetch(_ port: UInt16) throws -> String {
    let socket = try LoopbackSocket(port: port)
    try socket.send(
      "GET /xrpc/com.atproto.server.describeServer HTTP/1.1\r\nHost: localhost\r\nAuthorization: DPoP x\r\n"
        + "Connection: close\r\n\r\n"
    )
    var head = ""
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = read(socket.descriptor, &buffer, buffer.count)
      if count <= 0 { break }
      head += String(decoding: buffer[..<count], as: UTF8.self)
    }
    guard let nonce = head.firstMatch(of: /(?i)\r\ndpop-nonce: *([^\r]+)/) else {
      throw CocoaError(.fileReadUnknown)
    }
    return String(nonce.1)
  }
}
