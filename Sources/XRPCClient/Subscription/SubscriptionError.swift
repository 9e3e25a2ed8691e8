public import XRPC

/// Why a subscription ended for good.
public enum SubscriptionError<Failure: XRPCFailure>: Error {
  /// The server ended the stream with an error frame, `FutureCursor` for instance.
  case failure(Failure)
  /// No connection, and no hope of one.
  case connection(XRPCError<Failure>)
  /// The cursor could not be read or kept.
  case cursorStore(any Error)
}

extension SubscriptionError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .failure(let failure): "the server ended the stream: \(failure.errorBody)"
    case .connection(let error): "\(error)"
    case .cursorStore(let error): "cursor: \(error)"
    }
  }
}
