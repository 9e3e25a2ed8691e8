public import XRPC

/// Why a subscription ended.
public enum SubscriptionError<Failure: XRPCFailure>: Error {
  /// The server ended the stream with an error frame, such as `FutureCursor`.
  case failure(Failure)
  /// No connection can be opened, and reconnecting would not help.
  case connection(XRPCError<Failure>)
  /// The cursor could not be loaded or stored.
  case cursorStore(any Error)
}

extension SubscriptionError: CustomStringConvertible {
  /// A description for people.
  public var description: String {
    switch self {
    case .failure(let failure): "the server ended the stream: \(failure.errorBody)"
    case .connection(let error): "\(error)"
    case .cursorStore(let error): "cannot load or store the cursor: \(error)"
    }
  }
}

/// What happens to the connection of a subscription, for its observer.
public enum SubscriptionEvent: Sendable {
  /// A connection is open; the stream continues after the cursor.
  case connected(cursor: Int?)
  /// The connection was lost or could not be opened.
  case disconnected(reason: String, retryAfter: Duration)
}

/// An event of a subscription that cannot be decoded.
public struct UnreadableEvent: Hashable, Sendable {
  /// How to continue after the event.
  public enum Recovery: Hashable, Sendable {
    /// End the stream if reconnecting a few times does not help.
    case end
    /// Continue with the next event. Skipping an event that is too long requires a new connection.
    case leaveOut
  }

  /// The sequence number of the last event before this one; nil if there was none.
  public var cursor: Int?
  /// A description for people.
  public var reason: String

  /// Creates an event.
  public init(cursor: Int?, reason: String) {
    self.cursor = cursor
    self.reason = reason
  }
}
