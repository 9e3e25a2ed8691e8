import ATProtoHTTP
import Foundation

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

extension TransportError {
  init(_ error: any Error) {
    let code: Code =
      switch (error as? URLError)?.code {
      case .cancelled?: .cancelled
      case .timedOut?: .timedOut
      case .badURL?, .unsupportedURL?, .cannotFindHost?, .cannotConnectToHost?,
        .dnsLookupFailed?, .notConnectedToInternet?, .secureConnectionFailed?,
        .serverCertificateHasBadDate?, .serverCertificateUntrusted?,
        .serverCertificateHasUnknownRoot?, .serverCertificateNotYetValid?,
        .clientCertificateRejected?, .clientCertificateRequired?:
        .cannotConnect
      // All other errors occur on an established connection.
      default: .connectionLost
      }
    self.init(code: code, reason: "\(error)")
  }
}
