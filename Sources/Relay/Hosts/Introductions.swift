/// The calls to hosts that are new to the relay. Such a host may be anything, including a server
/// that never answers.
///
/// No call waits for another: calls beyond the limits are refused, and each call ends after at most
/// five seconds. No single client or domain can take up all places.
struct Introductions: Sendable {
  typealias Answer = Result<Void, CrawlError>

  /// The domain and the client whose limits apply to a call.
  struct Origin: Hashable, Sendable {
    /// Nil for a domain without a limit.
    let domain: String?
    /// The network of the client; nil for a client without a limit.
    let client: String?
  }

  private struct Call {
    let task: Task<Answer, Never>
    let origin: Origin
  }

  /// The maximum number of calls at once.
  static let maximum = 256
  static let maximumOfDomain = 8
  static let maximumOfClient = 16

  /// By hostname.
  private var calls: [String: Call] = [:]

  var count: Int { calls.count }

  /// Returns the running call to a host, or starts one; nil if there are too many.
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
