/// How much of a stream is kept in memory for subscribers that are up to date.
public struct EventBroadcastConfiguration: Hashable, Sendable {
  /// Frames in memory. A live subscriber that falls further behind is closed as too slow.
  public var maximumFrames: Int
  /// Bytes in memory, with the same effect.
  public var maximumBytes: Int
  /// Frames that are read from the log at once.
  public var pageFrames: Int
  /// Bytes that are read from the log at once, for each subscriber that catches up.
  public var pageBytes: Int

  public init(
    maximumFrames: Int = 16_384,
    maximumBytes: Int = 64 << 20,
    pageFrames: Int = 500,
    pageBytes: Int = 256 << 10
  ) {
    self.maximumFrames = maximumFrames
    self.maximumBytes = maximumBytes
    self.pageFrames = pageFrames
    self.pageBytes = pageBytes
  }
}
