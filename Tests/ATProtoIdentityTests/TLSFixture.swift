import NIOSSL
import TestSupport

/// TLS with ``TestCertificate``.
enum TLSFixture {
  static func server() throws -> TLSConfiguration {
    TLSConfiguration.makeServerConfiguration(
      certificateChain: try NIOSSLCertificate.fromPEMBytes(Array(TestCertificate.certificate.utf8))
        .map { .certificate($0) },
      privateKey: .privateKey(
        try NIOSSLPrivateKey(bytes: Array(TestCertificate.key.utf8), format: .pem)
      )
    )
  }

  /// A client that trusts this certificate and no other.
  static func client() throws -> TLSConfiguration {
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.trustRoots = .certificates(
      try NIOSSLCertificate.fromPEMBytes(Array(TestCertificate.certificate.utf8))
    )
    return configuration
  }
}
