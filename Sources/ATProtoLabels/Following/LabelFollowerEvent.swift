/// What happens while a labeler is followed, for logs and metrics.
public enum LabelFollowerEvent: Sendable {
  /// A connection is open; the stream continues after the cursor.
  case connected(cursor: Int?)
  /// The labeler cannot be found or reached, or it closed the connection.
  case disconnected(reason: String, retryAfter: Duration)
  /// Labels have been verified and stored, up to the cursor.
  case applied(labels: Int, cursor: Int)
  /// A label was dropped.
  case rejected(LabelError)
  /// A label cannot be verified at this time; nothing after it is stored until it can.
  case waiting(LabelError, retryAfter: Duration)
  /// An event was skipped, because it cannot be decoded.
  case unreadable(reason: String)
  /// The labeler does not have all events since the cursor; the stream continues with the oldest.
  case outdatedCursor
  /// The labeler has fewer events than the cursor says, for instance after it was restored from a
  /// backup; all of its events are read again.
  case futureCursor
}
