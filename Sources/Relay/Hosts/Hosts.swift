import ATProtoRepo
import Synchronization

/// The hosts of a relay: which ones it crawls, and what operators decide about them.
package final class Hosts: Sendable {
  private let configuration: HostsConfiguration

  package init(_ configuration: HostsConfiguration) {
    self.configuration = configuration
  }

  /// Connects to all hosts that are due.
  package func start() async throws {}

  /// Closes all connections. Events that were received go on through the lanes.
  package func stop() async {}

  /// Whether anyone may request crawls. Changes last until the relay restarts.
  package var isCrawlEnabled: Bool {
    get { true }
    set {}
  }

  /// The most hosts that may be added by anyone in a day. Changes last until the relay restarts.
  package var newHostsPerDay: Int {
    get { 0 }
    set {}
  }

  /// Crawls a host, which is added if it is new.
  package func requestCrawl(
    _ hostname: String,
    isAdministrator: Bool
  ) async throws -> HostName {
    throw CrawlError(.forbidden, "not yet")
  }

  /// A host at this moment; nil if it is unknown.
  package func view(of name: HostName) async throws -> HostView? { nil }

  /// A page of hosts in the order in which they were added.
  ///
  /// - Parameter includesSilent: whether hosts that have never sent an event are included.
  package func page(
    after: HostID?,
    limit: Int,
    includesSilent: Bool
  ) async throws -> [HostView] { [] }

  /// Bans a host and disconnects it.
  package func block(_ name: HostName) async throws {}

  package func unblock(_ name: HostName) async throws {}

  /// Drops the connection, which is opened again after a moment unless the host is also blocked.
  package func disconnect(_ name: HostName, blocks: Bool) async throws {}

  package func setAccountLimit(_ limit: Int, of name: HostName) async throws {}

  package func setAlertsSilenced(_ isSilenced: Bool, of name: HostName) async throws {}

  /// Bans all hosts of a domain and disconnects them.
  package func ban(domain: String) async throws {}

  package func unban(domain: String) async throws {}

  package func bannedDomains() async throws -> [String] { [] }

  /// The names of hosts that are connected.
  package var connected: [HostName] { [] }
}
