/// An error that a method declares in its schema, or one it does not.
///
/// Generated enums have a case for each declared name and `unknown` for the rest.
public protocol XRPCFailure: Error, Hashable, Sendable {
  init(_ body: XRPCErrorBody)
  var errorBody: XRPCErrorBody { get }
}

extension XRPCFailure {
  // Generated failures leave these to the protocol: what a compiler would synthesise for each is
  // paid for by every build.
  public static func == (lhs: Self, rhs: Self) -> Bool { lhs.errorBody == rhs.errorBody }

  public func hash(into hasher: inout Hasher) { hasher.combine(errorBody) }
}

/// The failure of a method that declares no errors: whatever the server said.
public struct UnknownFailure: XRPCFailure {
  public var errorBody: XRPCErrorBody

  public init(_ body: XRPCErrorBody) {
    errorBody = body
  }
}
