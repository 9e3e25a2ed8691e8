import ATProtoHTTP
import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#endif

extension TransportError {
  /// Translates an error of the client.
  ///
  /// `cannotConnect` means that the server has not received any of the request, so the request may
  /// be sent to another IP address. Only errors that certainly occur before the connection is
  /// established are converted to it.
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
    case ChannelError.connectTimeout:
      self.init(code: .cannotConnect, reason: "cannot connect: timed out")
    case let error as NIOConnectionError:
      let cause = error.connectionErrors.first?.error ?? error.dnsAError ?? error.dnsAAAAError
      self.init(code: .cannotConnect, reason: "cannot connect: \(Self.reason(of: cause ?? error))")
    case let error as IOError:
      self.init(
        code: Self.isOfConnecting(error.errnoCode) ? .cannotConnect : .connectionLost,
        reason: Self.reason(of: error)
      )
    case is SocketAddressError, is SocketAddressError.UnknownHost, is NIOSSLExtraError,
      NIOSSLError.handshakeFailed, NIOSSLError.unableToValidateCertificate,
      NIOSSLError.noCertificateToValidate:
      self.init(code: .cannotConnect, reason: "\(error)")
    default:
      self.init(code: Self.isOfAppleConnecting(error) ? .cannotConnect : .connectionLost, error)
    }
  }

  private init(code: Code, _ error: any Error) {
    self.init(code: code, reason: "\(error)")
  }

  private static func code(of error: HTTPClientError) -> Code {
    switch error {
    case .cancelled, .requestStreamCancelled:
      .cancelled
    case .deadlineExceeded, .readTimeout, .writeTimeout:
      .timedOut
    case .connectTimeout, .tlsHandshakeTimeout, .getConnectionFromPoolTimeout,
      .socksHandshakeTimeout, .httpProxyHandshakeTimeout:
      .cannotConnect
    case .invalidURL, .emptyHost, .emptyScheme, .missingSocketPath, .alreadyShutdown,
      .proxyAuthenticationRequired, .invalidProxyResponse, .invalidProxyConfiguration,
      .invalidDNSOverridesConfiguration, .invalidLocalAddress:
      .cannotConnect
    default:
      .connectionLost
    }
  }

  private static func isOfConnecting(_ code: CInt) -> Bool {
    switch code {
    case ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, ENETDOWN, EADDRNOTAVAIL, EAFNOSUPPORT: true
    default: false
    }
  }

  /// Whether this is a connection error of Network.framework, which the client uses on Apple
  /// platforms.
  private static func isOfAppleConnecting(_ error: any Error) -> Bool {
    #if canImport(Network)
    switch error {
    case is HTTPClient.NWTLSError: true
    case let error as HTTPClient.NWPOSIXError: isOfConnecting(error.errorCode.rawValue)
    default: false
    }
    #else
    false
    #endif
  }

  /// The system's description without the name of the failed call.
  private static func reason(of error: any Error) -> String {
    (error as? IOError).map { String(cString: strerror($0.errnoCode)) } ?? "\(error)"
  }
}
