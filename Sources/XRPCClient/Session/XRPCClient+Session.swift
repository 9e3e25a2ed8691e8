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
    let output: ComAtproto.Server.CreateSession.Output
    do throws(XRPCError<ComAtproto.Server.CreateSession.Failure>) {
      output = try await anonymous.procedure(
        ComAtproto.Server.CreateSession.self,
        NoParameters(),
        ComAtproto.Server.CreateSession.Input(
          identifier: identifier,
          password: password,
          authFactorToken: authFactorToken
        )
      )
    } catch {
      throw error.untyped
    }
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
    resuming { anonymous in
      XRPCSession(
        tokens: tokens,
        renew: { await anonymous.renewal(of: $0) },
        observer: observer,
        aftermath: XRPCSession.Aftermath(discard: { _ = try? await anonymous.revoke($0) })
      )
    }
  }

  /// - Parameter session: made with a client like this one that has none.
  func resuming(_ session: (XRPCClient) -> XRPCSession) -> XRPCClient {
    var client = self
    client.session = nil
    client.session = session(client)
    return client
  }

  /// Ends the session here and, where the server can be reached, there. What is kept is gone also
  /// where this throws.
  public func logout() async throws(XRPCError<UnknownFailure>) {
    guard let session else { return }
    var anonymous = self
    anonymous.session = nil
    var failure: XRPCError<UnknownFailure>?
    for tokens in await session.end() {
      do throws(XRPCError<UnknownFailure>) {
        try await anonymous.revoke(tokens)
      } catch {
        failure = failure ?? error
      }
    }
    if let failure { throw failure }
  }

  /// Tells the server to forget a session. One that is over already is no error.
  func revoke(_ tokens: SessionTokens) async throws(XRPCError<UnknownFailure>) {
    do throws(XRPCError<ComAtproto.Server.DeleteSession.Failure>) {
      _ = try await procedure(
        ComAtproto.Server.DeleteSession.self,
        NoParameters(),
        NoBody(),
        options: .bearing(tokens.refresh)
      )
    } catch {
      guard error.saysSessionEnded else { throw error.untyped }
    }
  }

  func renewal(of tokens: SessionTokens) async -> XRPCSession.Renewal {
    do throws(XRPCError<ComAtproto.Server.RefreshSession.Failure>) {
      let output = try await procedure(
        ComAtproto.Server.RefreshSession.self,
        NoParameters(),
        NoBody(),
        options: .bearing(tokens.refresh)
      )
      return .renewed(output.tokens)
    } catch {
      if error.saysSessionEnded { return .ended }
      if case .transport(let error) = error { return .unavailable(error) }
      return .unavailable(
        TransportError(code: .connectionLost, reason: "the session was not renewed: \(error)")
      )
    }
  }
}

extension XRPCError {
  /// The same error without the failure type of the method, which is internal to this module.
  fileprivate var untyped: XRPCError<UnknownFailure> {
    switch self {
    case .failure(let failure, let status):
      .failure(UnknownFailure(failure.errorBody), status: status)
    case .transport(let error): .transport(error)
    case .protocolViolation(let error): .protocolViolation(error)
    }
  }

  /// Whether a server will take a refresh token no more. Any other refusal, that of a proxy before
  /// it for instance, says nothing of the token: a session is not given up for it.
  fileprivate var saysSessionEnded: Bool {
    guard case .failure(let failure, status: 400...403) = self else { return false }
    return switch failure.errorBody.name {
    case "ExpiredToken", "InvalidToken", "AccountTakedown", "AccountNotFound": true
    default: false
    }
  }
}

extension CallOptions {
  fileprivate static func bearing(_ token: String) -> CallOptions {
    CallOptions(headers: [.authorization: "Bearer \(token)"])
  }
}
