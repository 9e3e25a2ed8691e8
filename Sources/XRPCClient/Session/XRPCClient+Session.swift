import ATProtoHTTP
import HTTPTypes
public import XRPC

extension XRPCClient {
  /// The session of an account that logged in with a password; nil for anonymous calls and for sessions
  /// of other kinds.
  public var session: XRPCSession? {
    get { authorization as? XRPCSession }
    set { authorization = newValue }
  }

  /// Logs in with a password, preferably an app password, and returns a client that calls as the
  /// account. The client calls the account's PDS if the response includes the DID document that names
  /// it, otherwise this service.
  ///
  /// - Parameters:
  ///   - identifier: the account's handle, DID or email.
  ///   - authFactorToken: the code that was emailed after an attempt failed with
  ///     `AuthFactorTokenRequired`.
  ///   - observer: called with the tokens now and after each renewal, and with nil when the session
  ///     ends.
  public func login(
    identifier: String,
    password: String,
    authFactorToken: String? = nil,
    observer: XRPCSession.Observer? = nil
  ) async throws(XRPCError<UnknownFailure>) -> XRPCClient {
    var anonymous = self
    anonymous.authorization = nil
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

  /// Returns a client that calls as an account, with tokens from an earlier login.
  public func resuming(
    _ tokens: SessionTokens,
    observer: XRPCSession.Observer? = nil
  ) -> XRPCClient {
    resuming { anonymous in
      XRPCSession(
        SharedSession(
          tokens,
          renew: { await anonymous.renewal(of: $0) },
          observer: observer,
          aftermath: SharedSession.Aftermath(discard: { _ = try? await anonymous.revoke($0) })
        )
      )
    }
  }

  /// - Parameter session: creates the session, using a copy of this client that has no session.
  func resuming(_ session: (XRPCClient) -> XRPCSession) -> XRPCClient {
    var client = self
    client.authorization = nil
    client.authorization = session(client)
    return client
  }

  /// Ends the session of a login with a password, here and on the server; a session of OAuth ends with
  /// `OAuthApp.logOut`. The stored session is deleted even if this throws because the server cannot be
  /// reached.
  public func logout() async throws(XRPCError<UnknownFailure>) {
    guard let session else { return }
    var anonymous = self
    anonymous.authorization = nil
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

  /// Revokes a session on the server. It is not an error if the session has already ended.
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
        TransportError(code: .connectionLost, reason: "cannot renew the session: \(error)")
      )
    }
  }
}

extension XRPCError {
  /// The same error without the method's failure type, which is internal to this module.
  fileprivate var untyped: XRPCError<UnknownFailure> {
    switch self {
    case .failure(let failure, let status):
      .failure(UnknownFailure(failure.errorBody), status: status)
    case .transport(let error): .transport(error)
    case .protocolViolation(let error): .protocolViolation(error)
    }
  }

  /// Whether the server will never accept the refresh token again. Other errors, for instance those of
  /// a reverse proxy, say nothing about the token and do not end the session.
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
