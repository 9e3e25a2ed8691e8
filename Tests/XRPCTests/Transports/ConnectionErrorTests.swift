import ATProtoHTTP
import AsyncHTTPClient
import NIOCore
import NIOSSL
import Testing

@testable import XRPCAsyncHTTPClient

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#endif

/// After a `cannotConnect` error, the request is sent again to the next IP address, so the error
/// must only be used if it is certain that no server received the request.
@Suite struct ConnectionErrorTests {
  private struct Unforeseen: Error {}

  static let errors: [(any Error, TransportError.Code)] = [
    (Unforeseen(), .connectionLost),
    (IOError(errnoCode: ECONNREFUSED, reason: "connect"), .cannotConnect),
    (IOError(errnoCode: ECONNRESET, reason: "read"), .connectionLost),
    (IOError(errnoCode: EIO, reason: "write"), .connectionLost),
    (SocketAddressError.unsupported, .cannotConnect),
    (NIOSSLError.uncleanShutdown, .connectionLost),
    (NIOSSLError.handshakeFailed(.wantRead), .cannotConnect),
    (ChannelError.connectTimeout(.seconds(1)), .cannotConnect),
    (HTTPClientError.connectTimeout, .cannotConnect),
    (HTTPClientError.tlsHandshakeTimeout, .cannotConnect),
    (HTTPClientError.readTimeout, .timedOut),
    (HTTPClientError.deadlineExceeded, .timedOut),
    (ChannelError.ioOnClosedChannel, .connectionLost),
    (HTTPClientError.emptyHost, .cannotConnect),
    (HTTPClientError.remoteConnectionClosed, .connectionLost),
    (HTTPClientError.socksHandshakeTimeout, .cannotConnect),
    (HTTPClientError.cancelled, .cancelled),
    (CancellationError(), .cancelled),
  ]

  @Test(arguments: errors.indices)
  func establishedConnectionIsNotACannotConnectError(_ index: Int) {
    let (error, code) = Self.errors[index]
    #expect(TransportError(error, TransportOptions()).code == code, "\(error)")
  }

  @Test func reasonIsTheDescriptionOfTheSystem() {
    let error = TransportError(
      IOError(errnoCode: ECONNREFUSED, reason: "connect"),
      TransportOptions()
    )
    #expect(error.reason == "Connection refused")
  }
}
