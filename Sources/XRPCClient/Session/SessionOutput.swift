import ATProtoData
import ATProtoSyntax

/// The response of a login or a renewal.
protocol SessionOutput {
  var did: FormatString<DID> { get }
  var handle: FormatString<Handle> { get }
  var accessJwt: String { get }
  var refreshJwt: String { get }
  var didDoc: DataValue? { get }
}

extension ComAtproto.Server.CreateSession.Output: SessionOutput {}
extension ComAtproto.Server.RefreshSession.Output: SessionOutput {}

extension SessionOutput {
  var tokens: SessionTokens {
    SessionTokens(did: did, handle: handle, access: accessJwt, refresh: refreshJwt)
  }

  /// The account's PDS according to the DID document in the response: the service `#atproto_pds`
  /// (DID specification, "DID Documents"). Returns nil unless the document belongs to this account
  /// and the server uses TLS, because the tokens are sent there.
  var personalDataServer: ServiceEndpoint? {
    guard didDoc?["id"]?.string == did.string else { return nil }
    let service = (didDoc?["service"]?.array ?? []).first { service in
      let id = service["id"]?.string
      return (id == "#atproto_pds" || id == "\(did.string)#atproto_pds")
        && service["type"]?.string == "AtprotoPersonalDataServer"
    }
    guard let url = service?["serviceEndpoint"]?.string, let endpoint = ServiceEndpoint(url),
      endpoint.scheme == "https"
    else { return nil }
    return endpoint
  }
}
