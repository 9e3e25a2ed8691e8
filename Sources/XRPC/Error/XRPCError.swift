public import ATProtoHTTP

/// Why a call produced no output.
public enum XRPCError<Failure: XRPCFailure>: Error {
  /// The server answered with an XRPC error: one that the method declares, or an `unknown` one such
  /// as `ExpiredToken`.
  case failure(Failure, status: Int)
  /// There was no response: connection refused, timeout, cancellation.
  case transport(TransportError)
  /// The response does not follow the protocol: the error page of a proxy, an undecodable output.
  case protocolViolation(ProtocolError)
}

extension XRPCError {
  /// The status code of the response; nil if there was none.
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
  /// A description for people, with the status code if there was a response.
  public var description: String {
    switch self {
    case .failure(let failure, let status): "\(failure.errorBody) (status \(status))"
    case .transport(let error): "\(error)"
    case .protocolViolation(let error): "\(error)"
    }
  }
}

/// The errors of a method, declared in its schema or not.
///
/// Generated enums have a case for each declared name, and `unknown` for all others.
public protocol XRPCFailure: Error, Hashable, Sendable {
  /// Finds the case of an error by its name.
  init(_ body: XRPCErrorBody)
  /// The name and message of the error.
  var errorBody: XRPCErrorBody { get }
}

extension XRPCFailure {
  // Generated failures leave these to the protocol: synthesizing them for each type would slow down
  // every build.

  /// Whether names and messages are equal.
  public static func == (lhs: Self, rhs: Self) -> Bool { lhs.errorBody == rhs.errorBody }

  /// Hashes name and message.
  public func hash(into hasher: inout Hasher) { hasher.combine(errorBody) }
}

/// The failure of a method that declares no errors.
public struct UnknownFailure: XRPCFailure {
  /// The name and message of the error.
  public var errorBody: XRPCErrorBody

  /// Creates a failure.
  public init(_ body: XRPCErrorBody) {
    errorBody = body
  }
}
