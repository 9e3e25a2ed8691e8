public import ATProtoHTTP

/// A session whose access token is renewed with a refresh token that works once.
package protocol RenewableSession: Hashable, Sendable {
  /// The account, which a renewal does not change.
  var accountDID: String { get }
  /// The token for calls.
  var accessToken: String { get }
  /// The token for one renewal; different in each generation of the session.
  var renewalToken: String { get }
}

/// The outcome of a renewal.
public enum SessionRenewal<Session: Sendable>: Sendable {
  /// The server issued new tokens.
  case renewed(Session)
  /// The server refuses to renew the session: it expired or was revoked, or the account is gone.
  case ended
  /// The server could not be reached or did not answer; a later attempt may succeed.
  case unavailable(TransportError)
}
