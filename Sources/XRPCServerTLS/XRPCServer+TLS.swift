public import Hummingbird
import HummingbirdCore
import HummingbirdHTTP2
import HummingbirdTLS
import NIOCore
public import NIOSSL
public import XRPCServer

extension XRPCServer {
  /// Creates a Hummingbird application that serves TLS, with HTTP/2 for clients that negotiate it
  /// (ALPN) and HTTP/1.1 for others.
  ///
  /// Event streams need HTTP/1.1, which WebSocket clients negotiate.
  ///
  /// - Parameter onRunning: called once with the port on which the server listens.
  public func application(
    tls: TLSConfiguration,
    allowsHTTP2: Bool = true,
    onRunning: @escaping @Sendable (Int) async -> Void = { _ in }
  ) throws -> Application<XRPCResponder> {
    let server: HTTPServerBuilder =
      allowsHTTP2
      ? HTTPServerBuilder { responder in
        SentUpgradeChannel(
          base: try HTTP2UpgradeChannel(
            tlsConfiguration: tls,
            configuration: HTTP2ChannelConfiguration(
              idleTimeout: configuration.idleTimeout,
              gracefulCloseTimeout: configuration.shutdownTimeout,
              streamConfiguration: http1
            ),
            responder: responder
          ),
          patience: TimeAmount(configuration.idleTimeout)
        )
      }
      : try .tls(.http1(configuration: http1), tlsConfiguration: tls)
    return application(server: server, onRunning: onRunning)
  }
}

extension TLSConfiguration {
  /// Creates a configuration for TLS 1.2 and later.
  ///
  /// The certificate chain, leaf first, and the private key are PEM files.
  public static func serving(
    certificateFile: String,
    keyFile: String
  ) throws -> TLSConfiguration {
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: try NIOSSLCertificate.fromPEMFile(certificateFile)
        .map { .certificate($0) },
      privateKey: .privateKey(try NIOSSLPrivateKey(file: keyFile, format: .pem))
    )
    configuration.minimumTLSVersion = .tlsv12
    return configuration
  }
}
