public import ATProtoHTTP

/// Why a call did not give its output.
public enum XRPCError<Failure: XRPCFailure>: Error {
  /// The server answered with an error of the protocol: one that the method declares, or an
  /// `unknown` one such as `ExpiredToken`.
  case failure(Failure, status: Int)
  /// No answer: refused, timed out, cancelled.
  case transport(TransportError)
  /// An answer, but not one of the protocol: an error page of a proxy, an undecodable output.
  case protocolViolation(ProtocolError)
}

extension XRPCError {
  /// The status of the response, where there was one.
  public var status: Int? {
    switch self {
    case .failure(_, let status): status
    case .transport: nil
    case .protocolViolation(let error): error.status
    }
  }
}

extension XRPCError: Equatable, Hashable {}

extension XRPCError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .failure(let failure, let status): "\(failure.errorBody) (status \(status))"
    case .transport(let error): "\(error)"
    case .protocolViolation(let error): "\(error)"
    }
  }
}
