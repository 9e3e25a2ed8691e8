import HTTPTypes
public import XRPC

extension XRPCClient {
  /// Logs in with a password, preferably an app password, and gives a client that calls as the
  /// account: at the account's own server, where the response brings the DID document that names
  /// it, else at this one.
  ///
  /// - Parameters:
  ///   - identifier: a handle, a DID or the account's e-mail address.
  ///   - authFactorToken: what was mailed after a first attempt failed with
  ///     `AuthFactorTokenRequired`.
  ///   - observer: told of the tokens now, whenever they are renewed, and of the session's end.
  public func login(
    identifier: String,
    password: String,
    authFactorToken: String? = nil,
    observer: XRPCSession.Observer? = nil
  ) async throws(XRPCError<UnknownFailure>) -> XRPCClient {
    var anonymous = self
    anonymous.session = nil
    let output = try await anonymous.procedure(
      CreateSession.self,
      NoParameters(),
      CreateSession.Input(
        identifier: identifier,
        password: password,
        authFactorToken: authFactorToken
      )
    )
    if let server = output.personalDataServer, service.scheme == "https" {
      anonymous.service = server
    }
    await observer?(output.tokens)
    return anonymous.resuming(output.tokens, observer: observer)
  }

  /// A client that calls as the account of tokens from an earlier login.
  public func resuming(
    _ tokens: SessionTokens,
    observer: XRPCSession.Observer? = nil
  ) -> XRPCClient {
    resuming(tokens, observer: observer) { anonymous, tokens in
      await anonymous.renewal(of: tokens)
    }
  }

  /// - Parameter renew: called with a client like this one, without a session.
  func resuming(
    _ tokens: SessionTokens,
    observer: XRPCSession.Observer? = nil,
    forget: XRPCSession.Forget? = nil,
    renew: @escaping @Sendable (XRPCClient, SessionTokens) async -> XRPCSession.Renewal
  ) -> XRPCClient {
    var anonymous = self
    anonymous.session = nil
    var client = anonymous
    client.session = XRPCSession(
      tokens: tokens,
      renew: { [anonymous] in await renew(anonymous, $0) },
      observer: observer,
      forget: forget
    )
    return client
  }

  /// Ends the session here and, where the server can be reached, there.
  public func logout() async throws(XRPCError<UnknownFailure>) {
    guard let tokens = await session?.end() else { return }
    _ = try await procedure(
      DeleteSession.self,
      NoParameters(),
      NoBody(),
      options: .bearing(tokens.refresh)
    )
  }

  /// What a server says of a refresh token, or of its account, that will not be renewed any more.
  /// Anything else may come from a proxy before it, or pass.
  private static let endings: Set<String> = [
    "ExpiredToken", "InvalidToken", "AccountNotFound", "AccountTakedown",
  ]

  func renewal(of tokens: SessionTokens) async -> XRPCSession.Renewal {
    do throws(XRPCError<UnknownFailure>) {
      let output = try await procedure(
        RefreshSession.self,
        NoParameters(),
        NoBody(),
        options: .bearing(tokens.refresh)
      )
      return .renewed(output.tokens)
    } catch {
      switch error {
      case .transport(let error):
        return .unavailable(error)
      case .failure(let failure, let status)
      where (400...403).contains(status) && Self.endings.contains(failure.errorBody.name):
        return .ended
      case .failure, .protocolViolation:
        return .unavailable(
          TransportError(code: .connectionLost, reason: "the session was not renewed: \(error)")
        )
      }
    }
  }
}

extension CallOptions {
  fileprivate static func bearing(_ token: String) -> CallOptions {
    CallOptions(headers: [.authorization: "Bearer \(token)"])
  }
}
