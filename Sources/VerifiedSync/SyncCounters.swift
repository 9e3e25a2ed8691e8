public import ATProtoRepo
public import ATProtoSyntax
import Synchronization

/// What a ``SyncConsumer`` has done since it was created.
public struct SyncCounters: Hashable, Sendable {
  /// The numbered events that were read from the stream.
  public var events = 0
  /// The `time` of the last event that has one, which the relay has set; nil before the first.
  public var lastEventTime: Datetime?
  /// The events that were dropped, by reason.
  public var rejections: [SyncRejection.Reason: Int] = [:]
  /// The repositories that were fetched again after they had been synchronized before.
  public var resyncs = 0

  /// Creates counters at zero.
  public init() {}
}

/// Counts for ``SyncCounters``.
final class SyncCounting: Sendable {
  private struct State {
    var counters = SyncCounters()
    var lastTime = ""
  }

  private let state = Mutex(State())

  var counters: SyncCounters {
    state.withLock { state in
      var counters = state.counters
      counters.lastEventTime = try? Datetime(state.lastTime)
      return counters
    }
  }

  /// Counts events that have arrived together.
  func countEvents(_ count: Int, lastTime: String) {
    state.withLock { state in
      state.counters.events += count
      if !lastTime.isEmpty { state.lastTime = lastTime }
    }
  }

  func countRejection(_ reason: SyncRejection.Reason) {
    state.withLock { $0.counters.rejections[reason, default: 0] += 1 }
  }

  func countResync() { state.withLock { $0.counters.resyncs += 1 } }
}
