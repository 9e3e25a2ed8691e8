import ATProtoHTTP
import AppBskyAPI
import ComAtprotoAPI
import XRPC
import XRPCServer

/// The service that a call is meant for, as the client or the method says.
enum ProxyDestination: Hashable, Sendable {
  /// Named by the client; its address is in its DID document.
  case named(ServiceReference)
  /// One of the operator's.
  case configured(ServiceReference, HTTPURL)

  /// Of a call with the header `atproto-proxy`, or without one by its method.
  ///
  /// Throws `MethodNotImplemented` where there is no service for the method, and `InvalidRequest`
  /// for a header that names none, or a method that is not passed on.
  init(
    of nsid: String,
    header: String?,
    _ configuration: PDSConfiguration
  ) throws(XRPCServerError) {
    let configured = Self.configured(configuration)
    guard let header else {
      let fragment = Self.defaultFragments(of: nsid).first { configured[$0] != nil }
      guard let fragment, let location = configured[fragment] else {
        throw .methodNotImplemented(nsid)
      }
      self = .configured(ServiceReference(did: location.did, fragment: fragment), location.url)
      return
    }
    guard ProxyPolicy.mayBeProxied(nsid) else {
      throw .invalidRequest("\(nsid) is called here and not passed on")
    }
    guard let service = ServiceReference(header) else {
      throw .invalidRequest("atproto-proxy is not a DID and a service, such as did:web:a.com#b")
    }
    if let location = configured[service.fragment], location.did == service.did {
      self = .configured(service, location.url)
    } else {
      self = .named(service)
    }
  }

  static let appViewFragment = "bsky_appview"
  static let labelerFragment = "atproto_labeler"

  /// By fragment.
  private static func configured(
    _ configuration: PDSConfiguration
  ) -> [String: ServiceLocation] {
    var services: [String: ServiceLocation] = [:]
    services[appViewFragment] = configuration.appView
    services[labelerFragment] = configuration.reportService
    return services
  }

  /// The services that a method is meant for where the client names none; the first is the best.
  private static func defaultFragments(of nsid: String) -> [String] {
    if nsid == ComAtproto.Moderation.CreateReport.nsid {
      return [labelerFragment, appViewFragment]
    }
    if nsid == ComAtproto.Repo.GetRecord.nsid { return [appViewFragment] }
    return nsid.hasPrefix("app.bsky.") || nsid.hasPrefix("chat.bsky.") ? [appViewFragment] : []
  }

  var service: ServiceReference {
    switch self {
    case .named(let service), .configured(let service, _): service
    }
  }
}
