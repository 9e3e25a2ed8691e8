import HTTPTypes
import XRPCServer

extension JetstreamSubscription {
  /// Where a subscription begins, and a message about that for version two.
  static func start(
    _ parameters: JetstreamParameters,
    _ feed: JetstreamFeed
  ) async throws -> (Place, notice: [UInt8]?) {
    let window = feed.windowStart
    let last = feed.log.last?.sequence ?? 0
    let live = Place.log(LogPosition(sequence: last), from: 0)
    switch parameters.start {
    case .live: return (live, nil)
    // The clock may have been set back.
    case .time(let time)
    where time > max(feed.configuration.now(), feed.log.last?.microseconds ?? 0):
      return (live, nil)
    case .time(let time):
      let start = max(time, window)
      let position = try await feed.log.position(at: start)
      let notice = JetstreamEvent.info("OutdatedCursor", "the stream begins at \(start)")
      return (.log(position, from: start), time < window ? notice : nil)
    case .number(let number):
      let sequence = number / JetstreamEvent.numbersPerRecord
      guard sequence <= last + 1 else {
        return (live, JetstreamEvent.info("FutureCursor", "the cursor is ahead of the stream"))
      }
      let oldest = try await feed.log.position(at: window).sequence + 1
      guard sequence >= min(oldest, last) || oldest == 1 else {
        throw XRPCServerError(
          status: .badRequest,
          name: "CursorTooOld",
          message: "the oldest event is \(oldest * JetstreamEvent.numbersPerRecord)"
        )
      }
      let position = LogPosition(sequence: max(0, sequence - 1))
      let page = try await feed.log.entries(
        after: position,
        matching: LogFilter(),
        maximumCount: 1
      )
      guard let first = page.records.first, first.sequence == sequence else {
        return (.log(position, from: 0), nil)
      }
      let index = UInt64(number % JetstreamEvent.numbersPerRecord)
      return (.log(position, from: min(first.microseconds + index, first.end)), nil)
    }
  }
}
