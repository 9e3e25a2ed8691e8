import ATProtoCrypto
import ATProtoHTTP
import ATProtoIdentity
import ATProtoSyntax
import AppView
import Foundation
import Labeler
import Logging
import PDS
import PLCDirectory
import Relay
import ServiceKit

/// The addresses and configurations of the services of a network on this machine.
struct NetworkPlan: Sendable {
  /// A service, in the order of ports.
  enum Member: Int, CaseIterable, Sendable {
    case page, plc, firstPDS, secondPDS, relay, labeler, appView

    /// The name of the service's directory.
    var name: String {
      switch self {
      case .page: "page"
      case .plc: "plc"
      case .firstPDS: "pds-a"
      case .secondPDS: "pds-b"
      case .relay: "relay"
      case .labeler: "labeler"
      case .appView: "appview"
      }
    }
  }

  /// In the order of ``Member``.
  let ports: [Int]
  /// The directory of all services. Even those that keep their data in memory write mail there.
  let folder: String
  /// Whether the services keep their data in ``folder``, and not in memory.
  let isPersistent: Bool
  /// Folders with further lexicons, whose records the app view indexes.
  let lexiconFolders: [String]
  /// The password of the administrator of every service.
  let adminPassword: String

  /// - Parameter ports: one for each ``Member``.
  init(
    ports: [Int],
    folder: String,
    isPersistent: Bool,
    lexiconFolders: [String] = [],
    adminPassword: String = SecureRandom.base32(15)
  ) {
    self.ports = ports
    self.folder = folder
    self.isPersistent = isPersistent
    self.lexiconFolders = lexiconFolders
    self.adminPassword = adminPassword
  }

  func port(of member: Member) -> Int { ports[member.rawValue] }

  func address(of member: Member) -> String { "http://127.0.0.1:\(port(of: member))" }

  /// Throws a ``CommandError`` if the port is out of range.
  func url(of member: Member) throws -> HTTPURL {
    guard let url = HTTPURL(address(of: member)) else {
      throw CommandError(reason: "\(address(of: member)) is not a valid URL")
    }
    return url
  }

  func folder(of member: Member) -> String { "\(folder)/\(member.name)" }

  /// The file with the mail of a PDS.
  func mailFile(of member: Member) -> String { folder(of: member) + "/mail.mbox" }

  private func listenAddress(of member: Member) -> ListenAddress {
    ListenAddress(
      host: "127.0.0.1",
      port: port(of: member),
      hostSetting: "--port-base",
      portSetting: "--port-base"
    )
  }
}

// Configurations. The services are those of `serve --dev`, with the addresses of the others.
extension NetworkPlan {
  var plcConfiguration: PLCConfiguration { PLCConfiguration(port: port(of: .plc)) }

  var pageAddress: ListenAddress { listenAddress(of: .page) }

  func relayConfiguration() throws -> RelayConfiguration {
    var configuration = RelayConfiguration(
      address: listenAddress(of: .relay),
      isDevelopment: true
    )
    configuration.plcDirectory = try url(of: .plc)
    configuration.adminPasswords = [adminPassword]
    if isPersistent {
      configuration.databasePath = folder(of: .relay) + "/relay.sqlite"
      configuration.persistDirectory = folder(of: .relay) + "/log"
    }
    return configuration
  }

  /// Where a PDS sends the calls of apps.
  struct Services: Sendable {
    let appView: ServiceLocation
    /// For reports.
    let labeler: ServiceLocation
  }

  func pdsConfiguration(_ member: Member, _ services: Services) throws -> PDSConfiguration {
    var configuration = PDSConfiguration(
      dataDirectory: folder(of: member),
      // Each PDS has a DID of its own, which is the audience of the token that moves an account.
      hostname: "\(member.name).localhost",
      port: port(of: member),
      isDevelopment: true
    )
    configuration.allowsPrivateAddresses = true
    configuration.plcDirectory = try url(of: .plc)
    configuration.crawlers = [try url(of: .relay)]
    configuration.adminPassword = adminPassword
    configuration.mailFile = mailFile(of: member)
    configuration.appView = services.appView
    configuration.reportService = services.labeler
    return configuration
  }

  func labelerConfiguration() throws -> LabelerConfiguration {
    var configuration = LabelerConfiguration(
      address: listenAddress(of: .labeler),
      isDevelopment: true
    )
    configuration.publicURL = try url(of: .labeler)
    configuration.plcDirectory = try url(of: .plc)
    configuration.adminPasswords = [adminPassword]
    if isPersistent { configuration.databasePath = folder(of: .labeler) + "/labeler.sqlite" }
    configuration.targets.pds = TakedownTarget(
      url: try url(of: .firstPDS),
      adminPassword: adminPassword
    )
    configuration.targets.relay = TakedownTarget(
      url: try url(of: .relay),
      adminPassword: adminPassword
    )
    configuration.targets.appView = TakedownTarget(
      url: try url(of: .appView),
      adminPassword: adminPassword
    )
    return configuration
  }

  /// - Parameter labeler: the DID of the labeler.
  func appViewConfiguration(labeler: String) throws -> AppViewConfiguration {
    var configuration = AppViewConfiguration(
      relay: try url(of: .relay),
      address: listenAddress(of: .appView),
      isDevelopment: true
    )
    configuration.plcDirectory = try url(of: .plc)
    // Neither DNS nor HTTPS leads to the handles of this network.
    configuration.handleResolver = try url(of: .page)
    configuration.lexiconFolders = lexiconFolders
    configuration.adminPassword = adminPassword
    configuration.labelers = [try DID(labeler)]
    if isPersistent { configuration.databasePath = folder(of: .appView) + "/index.sqlite" }
    return configuration
  }
}
