import ATProtoSyntax
import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypesHTTP1
import NIOWebSocket

/// A request for a WebSocket that can be accepted (RFC 6455, 4.2.1), and the response that accepts
/// it.
struct WebSocketHandshake: Sendable {
  private let key: String

  init(_ request: HTTPRequest) throws(XRPCServerError) {
    let fields = request.headerFields
    guard Self.lists("websocket", fields[.upgrade]) else {
      throw Self.upgradeRequired
    }
    guard Self.lists("upgrade", fields[.connection]) else {
      throw .invalidRequest("Connection does not name Upgrade")
    }
    // 4.4: 426 names the supported version.
    guard fields[.secWebSocketVersion] == "13" else { throw Self.upgradeRequired }
    // 4.1: 16 random bytes in base64.
    guard let key = fields[.secWebSocketKey], key.utf8.count == 24,
      Base64.http.decode(key)?.count == 16
    else {
      throw .invalidRequest("Sec-WebSocket-Key is not 16 bytes in base64")
    }
    self.key = key
  }

  /// NIO computes `Sec-WebSocket-Accept` (4.2.2).
  func response(on channel: any Channel) -> EventLoopFuture<HTTPResponse> {
    let upgrader = NIOWebSocketServerUpgrader(
      shouldUpgrade: { channel, _ in channel.eventLoop.makeSucceededFuture([:]) },
      upgradePipelineHandler: { channel, _ in channel.eventLoop.makeSucceededVoidFuture() }
    )
    let head = HTTPRequestHead(
      version: .http1_1,
      method: .GET,
      uri: "/",
      headers: ["Sec-WebSocket-Key": key, "Sec-WebSocket-Version": "13"]
    )
    return upgrader.buildUpgradeResponse(
      channel: channel,
      upgradeRequest: head,
      initialResponseHeaders: [:]
    ).map {
      HTTPResponse(status: .switchingProtocols, headerFields: HTTPFields($0, splitCookie: false))
    }
  }

  private static func lists(_ token: String, _ value: String?) -> Bool {
    value?.split { ", \t".contains($0) }.contains { $0.lowercased() == token } ?? false
  }

  private static let upgradeRequired = XRPCServerError(
    status: .upgradeRequired,
    name: "InvalidRequest",
    message: "an event stream is read over a WebSocket of version 13",
    headers: [.upgrade: "websocket", .connection: "Upgrade", .secWebSocketVersion: "13"]
  )
}
