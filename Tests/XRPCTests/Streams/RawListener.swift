import NIOCore
import NIOPosix

/// Accepts connections and sends nothing.
struct RawListener: Sendable {
  let port: Int
  let channel: any Channel

  static func silent() async throws -> RawListener {
    let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .bind(host: "127.0.0.1", port: 0).get()
    return RawListener(port: channel.localAddress?.port ?? 0, channel: channel)
  }
}
