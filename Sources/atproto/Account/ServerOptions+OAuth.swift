import ATProtoIdentity
import ATProtoSyntax
import OAuthClient
import XRPCClient

extension ServerOptions {
  /// This command line as an app that accounts log in to.
  ///
  /// - Parameter service: a server that the user named, in this command or at login, which may be on
  ///   this machine.
  func app(_ registration: ClientRegistration, calling service: ServiceEndpoint?) -> OAuthApp {
    OAuthApp(
      registration,
      store: SessionDirectory().tokenStore,
      directory: directory(asking: service),
      transport: service.map(network.transport(toNamed:)) ?? network.transport,
      allowsHTTP: network.dev || service?.isOnThisMachine == true
    ) { error in
      output.warn("\(error)")
    }
  }

  /// Identities, if the user named a server on this machine, as it knows them: the PLC directory of a
  /// development server is on a port that the user would have to name, too.
  private func directory(asking service: ServiceEndpoint?) -> any IdentityDirectory {
    guard let service, service.isOnThisMachine else { return network.directory }
    return LocalIdentityDirectory(
      server: anonymous(at: service, isNamedByCaller: true),
      other: network.directory
    )
  }

  /// The app of a stored session, whose `client_id` contains its registration.
  func app(of session: StoredOAuthSession) throws -> OAuthApp {
    app(try ClientRegistration.localhost(session.clientID), calling: session.service)
  }

  /// Ends a session that another login replaces, here and, as far as possible, on the server.
  func endIfPossible(_ place: SessionPlace) async {
    let directory = SessionDirectory()
    let session = try? await directory.load(place)
    try? await directory.remove(place)
    switch session {
    case .password(let session):
      try? await anonymous(at: session.service, isNamedByCaller: true)
        .resuming(session.tokens).logout()
    case .oauth(let session): try? await app(of: session).revoke(session)
    case nil: break
    }
  }
}
