import ATProtoHTTP
import AsyncHTTPClient
import Synchronization

/// Clients that each connect to one IP address of one host, even if the name resolves to another
/// one later. The most recently used ones are kept, so that the next request can reuse a
/// connection.
final class PinnedClients: Sendable {
  private struct Key: Hashable {
    var host: String
    var address: IPAddress
  }

  private struct Entry {
    var client: HTTPClient
    var users = 0
    var lastUse = 0
  }

  /// Borrows a client until the loan is released.
  final class Loan: Sendable {
    let client: HTTPClient
    private let clients: PinnedClients
    private let host: String
    private let address: IPAddress

    init(_ clients: PinnedClients, host: String, _ address: IPAddress) {
      self.clients = clients
      self.host = host
      self.address = address
      client = clients.borrow(host: host, address)
    }

    deinit {
      clients.giveBack(host: host, address)
    }
  }

  private struct State {
    var entries: [Key: Entry] = [:]
    var uses = 0
  }

  /// The most idle clients to keep; beyond that, the least recently used one is closed.
  private static let maximumIdle = 16

  private let configuration: HTTPClient.Configuration
  private let state = Mutex(State())

  init(_ configuration: HTTPClient.Configuration) {
    self.configuration = configuration
  }

  deinit {
    // No request is under way, because each request retains this object.
    for entry in state.withLock({ $0.entries.values }) { Self.close(entry.client) }
  }

  func borrow(host: String, _ address: IPAddress) -> HTTPClient {
    state.withLock { state in
      let key = Key(host: host, address: address)
      state.uses += 1
      var entry = state.entries[key] ?? Entry(client: makeClient(key))
      entry.users += 1
      entry.lastUse = state.uses
      state.entries[key] = entry
      return entry.client
    }
  }

  func giveBack(host: String, _ address: IPAddress) {
    let surplus = state.withLock { state -> HTTPClient? in
      state.entries[Key(host: host, address: address)]?.users -= 1
      let idle = state.entries.filter { $0.value.users == 0 }
      guard idle.count > Self.maximumIdle,
        let oldest = idle.min(by: { $0.value.lastUse < $1.value.lastUse })
      else { return nil }
      return state.entries.removeValue(forKey: oldest.key)?.client
    }
    if let surplus { Self.close(surplus) }
  }

  private func makeClient(_ key: Key) -> HTTPClient {
    var configuration = configuration
    configuration.dnsOverride = [key.host: key.address.description]
    return HTTPClient(
      eventLoopGroup: HTTPClient.defaultEventLoopGroup,
      configuration: configuration
    )
  }

  private static func close(_ client: HTTPClient) {
    // It does not matter whether the connections close cleanly.
    Task { try? await client.shutdown() }
  }
}
