public import XRPC

/// Two ways to know who calls; the second where it recognizes the credentials, else the first.
public struct EitherAuthentication<First: Authentication, Second: Authentication>: Authentication {
  public enum Caller: Sendable {
    case first(First.Caller)
    case second(Second.Caller)
  }

  private let first: First
  private let second: Second

  init(_ first: First, _ second: Second) {
    self.first = first
    self.second = second
  }

  /// RFC 9110, 11.6.1: a list of challenges, once each.
  public var challenge: String {
    first.challenge == second.challenge
      ? first.challenge : "\(first.challenge), \(second.challenge)"
  }

  public func recognizes(_ credentials: HTTPAuthorization) -> Bool {
    first.recognizes(credentials) || second.recognizes(credentials)
  }

  public func caller(
    _ credentials: HTTPAuthorization,
    _ context: XRPCContext
  ) async throws -> Caller {
    second.recognizes(credentials)
      ? .second(try await second.caller(credentials, context))
      : .first(try await first.caller(credentials, context))
  }
}

extension EitherAuthentication.Caller: Equatable
where First.Caller: Equatable, Second.Caller: Equatable {}
