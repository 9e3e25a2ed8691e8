import ATProtoRepo
import ATProtoSyntax
import Relay
import Testing

@Suite struct VisibleStatusTests {
  func status(
    _ local: LocalStatus,
    _ upstream: HostedStatus,
    _ phase: SyncPhase = .synchronized
  ) -> HostedStatus {
    AccountRow(
      id: AccountID(rawValue: 1),
      did: "did:plc:ewvi7nxzyoun6zhxrhs64oiz",
      host: HostID(rawValue: 1),
      local: local,
      upstream: upstream,
      phase: phase
    ).visible
  }

  @Test(arguments: [HostedStatus.active, .inactive("deactivated"), .inactive("deleted")])
  func localStatusComesFirst(_ upstream: HostedStatus) {
    for phase in [SyncPhase.synchronized, .desynchronized, .inProgress] {
      #expect(status(.takendown, upstream, phase) == .inactive("takendown"))
      #expect(status(.hostThrottled, upstream, phase) == .inactive("throttled"))
    }
  }

  @Test func inactiveAccountsShowTheStatusAtTheirHost() {
    #expect(status(.active, .inactive("suspended")) == .inactive("suspended"))
    #expect(status(.active, .inactive("deleted"), .desynchronized) == .inactive("deleted"))
  }

  @Test func onlyAFailedFetchShows() {
    #expect(status(.active, .active) == .active)
    #expect(status(.active, .active, .inProgress) == .active)
    #expect(
      status(.active, .active, .desynchronized)
        == HostedStatus(isActive: true, status: "desynchronized")
    )
  }
}
