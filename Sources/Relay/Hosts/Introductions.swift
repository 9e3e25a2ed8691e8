/// The calls to hosts that the relay does not know yet. They may be anything, such as servers that
/// never answer.
///
/// No call waits for another: those beyond the bounds are refused, and each ends after five seconds at
/// most. Neither one client nor one domain can take the places of all.
struct Introductions: Sendable {
  typealias Answer = Result<Void, CrawlError>

  /// Who takes a place.
  struct Origin: Hashable, Sendable {
    /// Nil for a domain without a bound.
    let domain: String?
    /// The network of the client; nil for a client without a bound.
    let client: String?
  }

  private struct Call {
    let task: Task<Answer, Never>
    let origin: Origin
  }

  /// The most calls at once.
  static let maximum = 256
  static let maximumOfDomain = 8
  static let maximumOfClient = 16

  /// By the name of the host.
  private var calls: [String: Call] = [:]

  var count: Int { calls.count }

  /// The call to a host that is under way, or else a new one; nil if there are too many.
  mutating func call(
    _ name: HostName,
    for origin: Origin,
    _ start: () -> Task<Answer, Never>
  ) -> Task<Answer, Never>? {
    if let call = calls[name.text] { return call.task }
    guard calls.count < Self.maximum,
      hasPlace(origin.domain, Self.maximumOfDomain, \.domain),
      hasPlace(origin.client, Self.maximumOfClient, \.client)
    else { return nil }
    let task = start()
    calls[name.text] = Call(task: task, origin: origin)
    return task
  }

  mutating func end(_ name: HostName) {
    calls[name.text] = nil
  }

  private func hasPlace(
    _ value: String?,
    _ maximum: Int,
    _ key: KeyPath<Origin, String?>
  ) -> Bool {
    guard let value else { return true }
    return calls.values.count { $0.origin[keyPath: key] == value } < maximum
  }
}
