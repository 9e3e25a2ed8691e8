import ATProtoRepo

/// Counts events in a sliding window. Two windows side by side approximate it: the events of the
/// previous one count as if they had been spread evenly.
struct SlidingWindow: Sendable {
  let length: SyncTime
  private var start: SyncTime = 0
  private var previous = 0
  private(set) var current = 0

  init(length: SyncTime) {
    self.length = length
  }

  mutating func add(_ count: Int = 1, at now: SyncTime) {
    roll(now)
    current += count
  }

  /// The number of events in the last `length`.
  mutating func estimate(at now: SyncTime) -> Double {
    roll(now)
    return Double(previous) * (1 - part(now)) + Double(current)
  }

  /// The time until one more event is within a limit; nil if it is now.
  mutating func delay(limit: Int, at now: SyncTime) -> SyncTime? {
    roll(now)
    // A host with a limit of 0 would wait forever.
    let room = Double(max(limit, 1) - 1)
    guard estimate(at: now) > room else { return nil }
    if Double(current) <= room, previous > 0 {
      let part = 1 - (room - Double(current)) / Double(previous)
      return time(of: part, after: now)
    }
    // In the next window, the events of this one are the previous ones.
    let part = 1 - room / Double(max(current, 1))
    return time(of: 1 + part, after: now)
  }

  private func part(_ now: SyncTime) -> Double {
    Double(now < start ? 0 : now - start) / Double(length)
  }

  private func time(of part: Double, after now: SyncTime) -> SyncTime {
    let time = start + SyncTime(part * Double(length)) + 1
    return time > now ? time - now : 1
  }

  private mutating func roll(_ now: SyncTime) {
    guard now >= start + length else { return }
    if now >= start + 2 * length {
      previous = 0
      start = now
    } else {
      previous = current
      start += length
    }
    current = 0
  }
}

/// Computes how long a host's next event has to wait. Nothing is dropped: the socket slows the host
/// down.
struct HostRate: Sendable {
  var quotas: HostQuotas
  private var second = SlidingWindow(length: HostState.second)
  private var hour = SlidingWindow(length: HostState.hour)
  private var day = SlidingWindow(length: 24 * HostState.hour)

  init(_ quotas: HostQuotas) {
    self.quotas = quotas
  }

  /// Counts an event and returns nil, or returns the time after which to ask again.
  mutating func delay(at now: SyncTime) -> Duration? {
    let delay = [
      second.delay(limit: quotas.perSecond, at: now),
      hour.delay(limit: quotas.perHour, at: now),
      day.delay(limit: quotas.perDay, at: now),
    ].compactMap(\.self).max()
    if let delay { return .microseconds(Int64(clamping: delay)) }
    second.add(at: now)
    hour.add(at: now)
    day.add(at: now)
    return nil
  }
}
