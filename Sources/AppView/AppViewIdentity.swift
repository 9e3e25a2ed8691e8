package import ATProtoSyntax
import ServiceKit
import Synchronization

/// The names of an app view: its host name, its URL, and its DID. Without configured ones, they
/// contain the port, which is known only once the server is listening.
package final class AppViewIdentity: Sendable {
  /// The fragment of the service in DID documents and tokens.
  package static let service = "#bsky_appview"
  static let serviceType = "BskyAppView"

  private struct Names {
    var hostname: String
    var did: DID
  }

  private let isConfigured: Bool
  private let configuredDID: DID?
  private let names: Mutex<Names>

  /// Throws ``ServiceError/Code/configuration`` if the host name cannot be part of a DID.
  init(_ configuration: AppViewConfiguration) throws(ServiceError) {
    isConfigured = configuration.hostname != nil
    configuredDID = configuration.did
    let hostname = configuration.hostname ?? "localhost:\(configuration.address.port)"
    guard let did = configuration.did ?? Self.did(of: hostname) else {
      throw ServiceError(
        .configuration,
        "APPVIEW_HOSTNAME: a did:web cannot have this host name; set APPVIEW_DID"
      )
    }
    names = Mutex(Names(hostname: hostname, did: did))
  }

  private static func did(of hostname: String) -> DID? {
    try? DID("did:web:\(hostname.replacing(":", with: "%3A"))")
  }

  package var did: DID { names.withLock { $0.did } }

  /// The URL at which clients reach the app view, without a slash at its end.
  package var url: String {
    let hostname = names.withLock { $0.hostname }
    return "\(AppViewSettings.isLocal(hostname) ? "http" : "https")://\(hostname)"
  }

  /// The values of `aud` in tokens for this service: "the service's DID" with the fragment, and the
  /// bare DID of legacy software.
  package var audiences: Set<String> {
    let did = did.string
    return [did, did + Self.service]
  }

  func listening(onPort port: Int) {
    guard !isConfigured else { return }
    let hostname = "localhost:\(port)"
    names.withLock { names in
      names = Names(hostname: hostname, did: configuredDID ?? Self.did(of: hostname) ?? names.did)
    }
  }
}
