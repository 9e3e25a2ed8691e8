package import NIOCore
import NIOPosix
import Synchronization

/// A request to a simulated server.
package struct SimulatedRequest: Sendable {
  package var method: String
  package var path: String
  package var query: [String: String]
  /// Names are in lower case.
  package var fields: [String: String]
  package var body: [UInt8]
}

/// The answer of a simulated server.
package enum SimulatedReply: Sendable {
  case response(Int, fields: [String: String] = [:], body: [UInt8] = [])
  /// Accepts a WebSocket. The function returns the source of its bytes, which is called whenever the
  /// socket has room, until it returns nil; ``SimulatedSocket/wake()`` has it called again.
  case socket(
    fields: [String: String] = [:],
    open: @Sendable (SimulatedSocket) -> SimulatedSocket.Source
  )
  /// Bytes instead of a response; the connection stays open.
  case raw([UInt8])
  /// The connection stays open, and nothing is sent.
  case silence
  case hangUp

  package static func json(_ body: String, status: Int = 200) -> SimulatedReply {
    .response(status, fields: ["Content-Type": "application/json"], body: Array(body.utf8))
  }

  package static func redirect(to location: String) -> SimulatedReply {
    .response(302, fields: ["Location": location])
  }
}

/// An HTTP server on a loopback port that answers each request by calling a function.
package final class SimulatedServer: Sendable {
  package typealias Respond = @Sendable (SimulatedRequest) async -> SimulatedReply

  package let port: Int
  private let group: any EventLoopGroup
  private let respond: Respond
  private let children = Children()
  private let listener: Mutex<(any Channel)?>

  /// Listens at once.
  ///
  /// - Parameter port: 0 for any free port.
  package init(
    port: Int = 0,
    on group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
    _ respond: @escaping Respond
  ) async throws {
    self.group = group
    self.respond = respond
    let listener = try await Self.listen(port, group, respond, children)
    self.port = listener.localAddress?.port ?? 0
    self.listener = Mutex(listener)
  }

  /// The open connections.
  fileprivate final class Children: Sendable {
    private let channels = Mutex<[ObjectIdentifier: any Channel]>([:])

    func add(_ channel: any Channel) {
      let id = ObjectIdentifier(channel)
      channels.withLock { $0[id] = channel }
      channel.closeFuture.whenComplete { _ in
        self.channels.withLock { _ = $0.removeValue(forKey: id) }
      }
    }

    func close() {
      for channel in channels.withLock({ Array($0.values) }) { channel.close(promise: nil) }
    }
  }

  private static func listen(
    _ port: Int,
    _ group: any EventLoopGroup,
    _ respond: @escaping Respond,
    _ children: Children
  ) async throws -> any Channel {
    try await ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: 256)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        children.add(channel)
        return channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(SimulatedConnection(respond))
        }
      }
      .bind(host: "127.0.0.1", port: port).get()
  }

  /// Stops listening, and drops all connections.
  package func stop() async {
    let listener = listener.withLock { listener in
      defer { listener = nil }
      return listener
    }
    try? await listener?.close()
    children.close()
  }

  /// Listens again on the same port.
  package func restart() async throws {
    let again = try await Self.listen(port, group, respond, children)
    listener.withLock { $0 = again }
  }

  /// Drops all connections.
  package func disconnect() { children.close() }
}
