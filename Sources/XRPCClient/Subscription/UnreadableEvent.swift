/// An event of a subscription that cannot be read, in this connection or in another.
public struct UnreadableEvent: Hashable, Sendable {
  /// What to do about it.
  public enum Recovery: Hashable, Sendable {
    /// The stream ends, where a few connections have not helped.
    case end
    /// The stream goes on with the next event. One that is too long takes a new connection.
    case leaveOut
  }

  /// The number of the last event before it; nil where there was none.
  public var cursor: Int?
  public var reason: String

  public init(cursor: Int?, reason: String) {
    self.cursor = cursor
    self.reason = reason
  }
}
