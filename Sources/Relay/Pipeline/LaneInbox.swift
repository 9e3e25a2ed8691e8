/// What waits for a lane: messages first, then the events of hosts, which take turns.
struct LaneInbox: Sendable {
  private var messages: [LaneMessage] = []
  private var events: [HostID: Queue] = [:]
  /// The hosts with waiting events, in the order of their turns.
  private var turns = Ring()
  /// Whether the lane's thread is running, or about to run.
  var isRunning = false
  /// Whether accounts may be due.
  var isWoken = false

  /// A queue whose first elements have been taken.
  private struct Queue {
    var events: [UpstreamEvent] = []
    var next = 0

    mutating func compact() {
      guard next >= 64, next * 2 > events.count else { return }
      events.removeFirst(next)
      next = 0
    }
  }

  private struct Ring {
    var hosts: [HostID] = []
    var next = 0
  }

  var isEmpty: Bool { !isWoken && messages.isEmpty && events.isEmpty }

  mutating func append(_ message: LaneMessage) {
    messages.append(message)
  }

  mutating func append(_ event: UpstreamEvent) {
    let isNew = events[event.host] == nil
    events[event.host, default: Queue()].events.append(event)
    if isNew { turns.hosts.append(event.host) }
  }

  /// Takes all messages, and up to `maximum` events, one of each host in turn.
  mutating func take(_ maximum: Int) -> (messages: [LaneMessage], events: [UpstreamEvent]) {
    var taken: [UpstreamEvent] = []
    while taken.count < maximum, turns.next < turns.hosts.count {
      let host = turns.hosts[turns.next]
      turns.next += 1
      guard let index = events.index(forKey: host) else { continue }
      taken.append(events.values[index].events[events.values[index].next])
      events.values[index].next += 1
      if events.values[index].next == events.values[index].events.count {
        events[host] = nil
      } else {
        turns.hosts.append(host)
        events.values[index].compact()
      }
    }
    if turns.next == turns.hosts.count {
      turns = Ring()
    } else if turns.next > 4096 {
      turns.hosts.removeFirst(turns.next)
      turns.next = 0
    }
    isWoken = false
    defer { messages = [] }
    return (messages, taken)
  }
}
