import ATProtoData
import ATProtoSyntax

/// A running network, as its first line of output describes it.
struct ScenarioNetwork: Sendable {
  struct Host: Sendable {
    let address: String
    let did: String
    /// The file with the mail that the PDS has sent.
    let mail: String
  }

  let page: String
  let plc: String
  let firstPDS: Host
  let secondPDS: Host
  /// The address of the relay.
  let relay: String
  let labeler: ScenarioService
  let appView: ScenarioService

  /// Throws a ``ScenarioFailure`` if the line is not complete.
  init(_ line: DataValue) throws {
    let password = try Self.text(line, "adminPassword")
    let hosts = try (line["pds"]?.array ?? []).map { value in
      Host(
        address: try Self.text(value, "address"),
        did: try Self.text(value, "did"),
        mail: try Self.text(value, "mail")
      )
    }
    guard hosts.count == 2 else { throw Self.failure("two PDSs") }
    page = try Self.text(line, "address")
    plc = try Self.text(line["plc"], "address")
    firstPDS = hosts[0]
    secondPDS = hosts[1]
    relay = try Self.text(line["relay"], "address")
    labeler = try Self.service(line["labeler"], password)
    appView = try Self.service(line["appview"], password)
  }

  private static func service(
    _ value: DataValue?,
    _ password: String
  ) throws -> ScenarioService {
    guard let did = try? DID(text(value, "did")) else { throw failure("a DID") }
    return ScenarioService(
      address: try text(value, "address"),
      did: did,
      adminPassword: password
    )
  }

  private static func text(_ value: DataValue?, _ name: String) throws -> String {
    guard let text = value?[name]?.string else { throw failure("'\(name)'") }
    return text
  }

  private static func failure(_ missing: String) -> ScenarioFailure {
    ScenarioFailure(
      step: "start the network",
      reason: "the first line of its output does not have \(missing)"
    )
  }
}

/// A service of the network that has a DID and an administrator.
struct ScenarioService: Sendable {
  let address: String
  let did: DID
  let adminPassword: String
}
