/// What an observer of a subscription is told.
public enum SubscriptionEvent: Sendable {
  /// A connection stands; the stream goes on after the cursor.
  case connected(cursor: Int?)
  /// The connection is gone, or did not come about.
  case disconnected(reason: String, retryAfter: Duration)
}
