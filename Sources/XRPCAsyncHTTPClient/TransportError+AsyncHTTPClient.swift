import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import XRPC

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

extension TransportError {
  /// What became of a request, in the terms of the transport protocol.
  init(_ error: any Error, _ options: TransportOptions) {
    switch error {
    case let error as TransportError: self = error
    case is CancellationError: self = .cancelled
    case is NIOTooManyBytesError:
      self.init(
        code: .responseTooLarge,
        reason: "the response is longer than \(options.maximumResponseBytes) bytes"
      )
    case let error as HTTPClientError:
      self.init(code: Self.code(of: error), reason: "\(error)")
    case let error as ChannelError:
      switch error {
      case .connectTimeout:
        self.init(code: .timedOut, reason: "no connection in time")
      default:
        self.init(code: .connectionLost, reason: "\(error)")
      }
    case is HTTPParserError:
      // Not HTTP, or HTTP cut off in the head, the body or a chunk.
      self.init(code: .connectionLost, reason: "\(error)")
    case let error as IOError where Self.isReset(error):
      self.init(code: .connectionLost, reason: "\(error)")
    default:
      // Refused connections, unknown hosts and TLS failures come in types of modules that are
      // no dependency of ours.
      self.init(code: .cannotConnect, reason: "\(error)")
    }
  }

  private static func code(of error: HTTPClientError) -> Code {
    switch error {
    case .cancelled, .requestStreamCancelled:
      .cancelled
    case .deadlineExceeded, .readTimeout, .writeTimeout, .connectTimeout, .tlsHandshakeTimeout,
      .getConnectionFromPoolTimeout:
      .timedOut
    case .remoteConnectionClosed, .uncleanShutdown, .bodyLengthMismatch:
      .connectionLost
    default:
      .cannotConnect
    }
  }

  private static func isReset(_ error: IOError) -> Bool {
    // The connection stood before.
    error.errnoCode == EPIPE || error.errnoCode == ECONNRESET
  }
}
