package import ATProtoHTTP
import ATProtoSyntax
import XRPC
package import XRPCServer

/// The service that a proxied call is for.
package enum ProxyDestination: Hashable, Sendable {
  /// Named by the client; its URL is in its DID document.
  case named(ServiceReference)
  /// One of the services that the operator configured.
  case configured(ServiceReference, HTTPURL)

  /// The destination in the header `atproto-proxy` of a call.
  ///
  /// Throws `InvalidRequest` if the header is not a service reference.
  ///
  /// - Parameter configured: the operator's services, by fragment.
  package init(
    header: String,
    configured: [String: ServiceLocation]
  ) throws(XRPCServerError) {
    guard let service = ServiceReference(header) else {
      throw .invalidRequest(
        "atproto-proxy is not a DID with a service fragment, such as did:web:example.com#service"
      )
    }
    if let location = configured[service.fragment], location.did == service.did {
      self = .configured(service, location.url)
    } else {
      self = .named(service)
    }
  }

  package var service: ServiceReference {
    switch self {
    case .named(let service), .configured(let service, _): service
    }
  }
}
