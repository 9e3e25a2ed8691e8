/// How much of a stream is kept in memory for subscribers that are up to date.
public struct EventBroadcastConfiguration: Hashable, Sendable {
  /// The most frames in memory. A live subscriber that falls further behind is closed as too slow.
  public var maximumFrames: Int
  /// The most bytes in memory. A live subscriber that falls further behind is closed as too slow.
  public var maximumBytes: Int
  /// The most frames to read from the log at once.
  public var pageFrames: Int
  /// The most bytes to read from the log at once, for each subscriber that is catching up.
  public var pageBytes: Int
  /// Whether a subscriber with a cursor reads the log to its end before it continues in memory: for
  /// logs that remove events which must not be sent any more. By default, such a subscriber starts
  /// in memory if the events after its cursor are there.
  public var startsInLog: Bool

  public init(
    maximumFrames: Int = 16_384,
    maximumBytes: Int = 64 << 20,
    pageFrames: Int = 500,
    pageBytes: Int = 256 << 10,
    startsInLog: Bool = false
  ) {
    self.maximumFrames = maximumFrames
    self.maximumBytes = maximumBytes
    self.pageFrames = pageFrames
    self.pageBytes = pageBytes
    self.startsInLog = startsInLog
  }
}
