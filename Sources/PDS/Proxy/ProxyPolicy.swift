import ATProtoSyntax
import AppBskyAPI
import ComAtprotoAPI
import HTTPTypes
import ServiceKit
import XRPC
import XRPCServer

/// Decides which methods may be called on other services on behalf of an account, and with which
/// permissions.
///
/// NSIDs are compared case-insensitively, so that a different case cannot get a method past these
/// checks to a service that ignores case.
enum ProxyPolicy {
  /// Methods that manage an account. They are never called on other services, so service tokens are
  /// not issued for them (as in the reference implementation).
  private static let protected: Set<String> = lowercased([
    ComAtproto.Admin.SendEmail.nsid,
    ComAtproto.Identity.RequestPlcOperationSignature.nsid,
    ComAtproto.Identity.SignPlcOperation.nsid,
    ComAtproto.Identity.UpdateHandle.nsid,
    ComAtproto.Server.ActivateAccount.nsid,
    ComAtproto.Server.ConfirmEmail.nsid,
    ComAtproto.Server.CreateAppPassword.nsid,
    ComAtproto.Server.DeactivateAccount.nsid,
    ComAtproto.Server.GetAccountInviteCodes.nsid,
    ComAtproto.Server.GetSession.nsid,
    ComAtproto.Server.ListAppPasswords.nsid,
    ComAtproto.Server.RequestAccountDelete.nsid,
    ComAtproto.Server.RequestEmailConfirmation.nsid,
    ComAtproto.Server.RequestEmailUpdate.nsid,
    ComAtproto.Server.RevokeAppPassword.nsid,
    ComAtproto.Server.UpdateEmail.nsid,
  ])

  /// The only method for which an account that has been taken down gets a token, because it may
  /// migrate to another server (Account Migration guide).
  static let migration = ComAtproto.Server.CreateAccount.nsid

  static func isMigration(_ nsid: String) -> Bool {
    nsid.lowercased() == migration.lowercased()
  }

  static func isProtected(_ nsid: String) -> Bool {
    protected.contains(nsid.lowercased())
  }

  /// Whether the method requires a privileged app password: direct messages, moderation in the name of
  /// the account, and account migration.
  static func isPrivileged(_ nsid: String) -> Bool {
    let name = nsid.lowercased()
    return name.hasPrefix("chat.bsky.") || name.hasPrefix("tools.ozone.") || isMigration(nsid)
  }

  /// Whether the method administers a server: a token for it is issued only to a session that the
  /// account's own password opened. Otherwise, an app of a moderation service's account could
  /// administer every server that trusts the service.
  static func isAdministrative(_ nsid: String) -> Bool {
    nsid.lowercased().hasPrefix("com.atproto.admin.")
  }

  /// Whether calls of the method may be proxied. Methods that manage accounts and servers may not,
  /// even if this server does not know them.
  static func mayBeProxied(_ nsid: String) -> Bool {
    let nsid = nsid.lowercased()
    return !protected.contains(nsid) && !nsid.hasPrefix("com.atproto.server.")
      && !isAdministrative(nsid)
  }

  private static func lowercased(_ nsids: [String]) -> Set<String> {
    Set(nsids.map { $0.lowercased() })
  }
}

/// The destinations of proxied calls.
extension ProxyPolicy {
  static let appViewFragment = "bsky_appview"
  private static let labelerFragment = "atproto_labeler"

  /// The destination of a call: the service in the header `atproto-proxy`, or otherwise the default
  /// for the method.
  ///
  /// Throws `MethodNotImplemented` if there is no service for the method, and `InvalidRequest` if the
  /// header is malformed or the method must not be proxied.
  static func destination(
    of nsid: String,
    header: String?,
    _ configuration: PDSConfiguration
  ) throws(XRPCServerError) -> ProxyDestination {
    let configured = configuredServices(configuration)
    guard let header else {
      let fragment = defaultFragments(of: nsid).first { configured[$0] != nil }
      guard let fragment, let location = configured[fragment] else {
        throw noService(for: nsid)
      }
      return .configured(ServiceReference(did: location.did, fragment: fragment), location.url)
    }
    guard mayBeProxied(nsid) else {
      throw .invalidRequest("\(nsid) cannot be proxied; call it without atproto-proxy")
    }
    return try ProxyDestination(header: header, configured: configured)
  }

  /// The service for which this server keeps preferences: the configured app view, or, without one,
  /// the server itself.
  ///
  /// Throws ``ServiceError/Code/configuration`` if the hostname is not valid.
  static func preferenceService(
    _ configuration: PDSConfiguration
  ) throws(ServiceError) -> ServiceReference {
    if let appView = configuration.appView {
      return ServiceReference(did: appView.did, fragment: appViewFragment)
    }
    return ServiceReference(did: try configuration.serverDID(), fragment: "atproto_pds")
  }

  /// By fragment.
  private static func configuredServices(
    _ configuration: PDSConfiguration
  ) -> [String: ServiceLocation] {
    var services: [String: ServiceLocation] = [:]
    services[appViewFragment] = configuration.appView
    services[labelerFragment] = configuration.reportService ?? configuration.modService
    return services
  }

  private static func noService(for nsid: String) -> XRPCServerError {
    guard nsid == ComAtproto.Moderation.CreateReport.nsid else {
      return .methodNotImplemented(nsid)
    }
    return XRPCServerError(
      status: .notImplemented,
      name: "MethodNotImplemented",
      message: "this server has no moderation service; name one in atproto-proxy"
    )
  }

  /// The services for a method if the client does not name one, in order of preference. A report never
  /// goes to an app view, which would drop it without an error.
  private static func defaultFragments(of nsid: String) -> [String] {
    if nsid == ComAtproto.Moderation.CreateReport.nsid { return [labelerFragment] }
    if nsid == ComAtproto.Repo.GetRecord.nsid { return [appViewFragment] }
    return nsid.hasPrefix("app.bsky.") || nsid.hasPrefix("chat.bsky.") ? [appViewFragment] : []
  }

  /// "The request must be from an authenticated user with an active account". Reports are an
  /// exception, as in the reference implementation: they are how the owner of an account that was
  /// taken down appeals.
  static func access(to nsid: String) -> AccessPolicy {
    if nsid == ComAtproto.Moderation.CreateReport.nsid { return .anySession.orTakendown }
    return isPrivileged(nsid) ? .privileged.ofActiveAccount : .anySession.ofActiveAccount
  }

  /// Whether a call is proxied even though this server implements its method. Preferences are kept
  /// here only for the configured app view; other services keep their own.
  static func overrides(
    _ nsid: String,
    _ fields: HTTPFields,
    _ configuration: PDSConfiguration
  ) -> Bool {
    switch nsid {
    case AppBsky.Actor.GetPreferences.nsid, AppBsky.Actor.PutPreferences.nsid:
      guard let header = fields[.atprotoProxy] else { return false }
      let own = configuration.appView.map {
        ServiceReference(did: $0.did, fragment: appViewFragment)
      }
      return ServiceReference(header) != own || own == nil
    default: return false
    }
  }
}
