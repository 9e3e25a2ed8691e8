public import HTTPTypes
public import NIOCore
import XRPC
import XRPCWebSocket

/// A path at which a server opens WebSockets that are not XRPC event streams: text messages, messages
/// from clients, or paths outside of `/xrpc/`.
///
///     WebSocketRoute(path: "/channel") { request in
///       try Channel(request.query)
///     }
public struct WebSocketRoute: Sendable {
  /// The path, without a query.
  public let path: String
  /// The subprotocols that the server speaks (RFC 6455, 1.9), the preferred one first. A client that
  /// names none of them gets a WebSocket without a subprotocol.
  public let subprotocols: [String]
  /// The longest message that a client may send. A longer one closes the connection.
  public let maximumMessageBytes: Int
  /// The maximum length of a request target, in bytes; nil for the limit of the server.
  public let maximumTargetBytes: Int?
  /// Whether a socket is closed with a close frame when its source or the server ends. Some clients
  /// take a close frame for the end, and reconnect only if the connection is lost.
  public let closesInOrder: Bool

  let open: @Sendable (WebSocketRequest) async throws -> any WebSocketSource

  /// Creates a route.
  ///
  /// - Parameter open: makes the source of a socket. If it throws, the request is answered with the
  ///   error, and the connection does not become a WebSocket.
  public init(
    path: String,
    subprotocols: [String] = [],
    maximumMessageBytes: Int = 10_000_000,
    maximumTargetBytes: Int? = nil,
    closesInOrder: Bool = true,
    open: @escaping @Sendable (WebSocketRequest) async throws -> any WebSocketSource
  ) {
    self.path = path
    self.subprotocols = subprotocols
    self.maximumMessageBytes = maximumMessageBytes
    self.maximumTargetBytes = maximumTargetBytes
    self.closesInOrder = closesInOrder
    self.open = open
  }

  /// The first of the server's subprotocols that the client names.
  func subprotocol(for head: HTTPRequest) -> String? {
    let named = head.headerFields[values: .secWebSocketProtocol].flatMap { field in
      field.split { ", \t".contains($0) }
    }
    return subprotocols.first { named.contains(Substring($0)) }
  }
}

/// A request for a WebSocket.
public struct WebSocketRequest: Sendable {
  /// The target and the header fields.
  public let head: HTTPRequest
  /// The parameters in the target, decoded, in order.
  public let query: [(name: String, value: String)]
  /// The client's IP address without a port: the peer's, or the one reported by trusted proxies.
  public let remoteAddress: String?
  /// The subprotocol that was agreed on.
  public let subprotocol: String?
  /// The entry of the socket in the server's registry.
  package let entry: StreamEntry

  /// The `User-Agent` field.
  public var userAgent: String? { head.headerFields[.userAgent] }

  /// The maximum number of parameters in a target.
  static let maximumParameters = 20_000

  init(_ request: RouteRequest, _ subprotocol: String?, _ entry: StreamEntry) throws {
    head = request.head
    query = try QueryString.pairs(request.query, maximumCount: Self.maximumParameters)
    remoteAddress = request.remoteAddress
    self.subprotocol = subprotocol
    self.entry = entry
  }
}

/// An error of a ``WebSocketRoute`` whose answer is plain text instead of JSON.
public struct WebSocketRefusal: Error, Hashable, Sendable {
  /// The status of the answer.
  public var status: HTTPResponse.Status
  /// The text.
  public var text: String

  /// Creates a refusal.
  public init(status: HTTPResponse.Status = .badRequest, text: String) {
    self.status = status
    self.text = text
  }
}

/// A message of a client.
public enum WebSocketMessage: Hashable, Sendable {
  case text(String)
  case binary([UInt8])
}

/// The server's side of one WebSocket.
public protocol WebSocketSource: Sendable {
  /// Returns the next messages as frames (``WebSocketFrames``), or nil at the end, which closes the
  /// socket with 1000.
  ///
  /// It is called again when the kernel has accepted the frames, so a slow client has only one
  /// batch in memory. Its task is canceled when the socket closes. A thrown ``WebSocketClosing``
  /// says how the socket is closed; other errors close it with 1011.
  func next() async throws -> [ByteBuffer]?

  /// Takes a message of the client. Messages arrive one after another.
  ///
  /// An error closes the socket with 1008, or as a ``WebSocketClosing`` says.
  func received(_ message: WebSocketMessage) async throws

  /// Called once, after the last message has been taken and the last call of ``next()`` has begun.
  func closed()
}

extension WebSocketSource {
  public func closed() {}
}

/// The code and the reason with which a WebSocket is closed (RFC 6455, 7.4).
public struct WebSocketClosing: Error, Hashable, Sendable {
  /// The code.
  public var code: Int
  /// The reason, of which as much is sent as fits.
  public var reason: String

  /// Creates a closing.
  public init(code: Int, reason: String = "") {
    self.code = code
    self.reason = reason
  }
}

/// Makes the frames that a ``WebSocketSource`` returns.
public enum WebSocketFrames {
  /// A frame with a text message.
  public static func text(_ message: String) -> ByteBuffer {
    ServerFrame.text(message.utf8)
  }

  /// A frame with a binary message.
  public static func binary(_ message: [UInt8]) -> ByteBuffer {
    ServerFrame.binary(message)
  }
}
