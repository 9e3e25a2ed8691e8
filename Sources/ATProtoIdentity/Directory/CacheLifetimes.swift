/// How long what was found is believed.
public struct CacheLifetimes: Hashable, Sendable {
  /// So long it is given without asking.
  public var fresh: Duration
  /// After that, and until so long, it is given while it is asked for anew.
  public var stale: Duration
  /// So long a failure is given that will not pass by itself: no such handle, a bad document. Also
  /// the fresh lifetime of an identity whose handle is not confirmed.
  public var negative: Duration

  /// The defaults are those of the reference implementation: an hour and a day.
  public init(
    fresh: Duration = .seconds(3600),
    stale: Duration = .seconds(86_400),
    negative: Duration = .seconds(60)
  ) {
    self.fresh = fresh
    self.stale = stale
    self.negative = negative
  }
}
