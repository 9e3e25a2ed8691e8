package import ATProtoCrypto
package import ATProtoRepo
import Relay

/// A network on this machine: a PLC directory and hosts, all simulated.
package struct RelayFixture: Sendable {
  package let plc: SimulatedPLC
  package let hosts: [SimulatedHost]

  package var host: SimulatedHost { hosts[0] }

  /// Runs a network with `count` hosts.
  package static func run<Value: Sendable>(
    hosts count: Int = 1,
    _ body: (RelayFixture) async throws -> Value
  ) async throws -> Value {
    let plc = try await SimulatedPLC()
    var hosts: [SimulatedHost] = []
    for _ in 0..<count { hosts.append(try await SimulatedHost()) }
    let fixture = RelayFixture(plc: plc, hosts: hosts)
    let result: Result<Value, any Error>
    do {
      result = .success(try await body(fixture))
    } catch {
      result = .failure(error)
    }
    for host in hosts { await host.stop() }
    await plc.stop()
    return try result.get()
  }

  /// Creates an account that the PLC directory knows, without an event.
  package func makeAccount(
    on host: SimulatedHost? = nil,
    curve: Curve = .k256,
    writes: [RecordWrite] = []
  ) -> SimulatedAccount {
    let account = (host ?? self.host).makeAccount(curve: curve, writes: writes)
    plc.add(account)
    return account
  }
}

/// Waits at least a minute for a condition that other tasks bring about.
///
/// - Returns: whether it came about.
package func until(_ condition: () async throws -> Bool) async throws -> Bool {
  for _ in 0..<6000 {
    if try await condition() { return true }
    try await Task.sleep(for: .milliseconds(10))
  }
  return try await condition()
}
