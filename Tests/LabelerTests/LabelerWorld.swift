import ATProtoCrypto
import ATProtoData
import ATProtoHTTP
import ATProtoIdentity
import ATProtoSyntax
import AppBskyAPI
import ComAtprotoAPI
import Foundation
import HTTPTypes
import Logging
import PDS
import PLCDirectory
import ServiceKit
import Testing
import ToolsOzoneAPI
import XRPC
import XRPCAsyncHTTPClient
import XRPCClient

@testable import Labeler

/// A PLC directory, a PDS, and a labeler on this machine, all in this process and reachable over HTTP.
struct LabelerWorld: Sendable {
  static let adminPassword = "correct horse"

  let plc: PLCDirectoryClient
  let pds: ServiceEndpoint
  let labeler: RunningTestLabeler

  static let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

  /// Runs all three for as long as `body` takes.
  ///
  /// - Parameters:
  ///   - storage: of the labeler.
  ///   - configure: changes the configuration of the labeler.
  static func run<Value: Sendable>(
    storage: LabelerStorage = .memory(),
    configure: @escaping @Sendable (inout LabelerConfiguration) -> Void = { _ in },
    _ body: (LabelerWorld) async throws -> Value
  ) async throws -> Value {
    try await servers { plc, pds in
      try await RunningTestLabeler.run(plc: plc, storage: storage, configure: configure) {
        try await body(LabelerWorld(plc: $0.plc, pds: pds, labeler: $0))
      }
    }
  }

  /// Runs a PLC directory and a PDS.
  static func servers<Value: Sendable>(
    _ body: (_ plc: HTTPURL, _ pds: ServiceEndpoint) async throws -> Value
  ) async throws -> Value {
    let directory = PLCDirectoryServer(
      PLCOperationDirectory(store: MemoryPLCStore()),
      PLCConfiguration(port: 0),
      logger: silent
    )
    return try await directory.serve { address in
      let plc = try #require(HTTPURL(address))
      var configuration = PDSConfiguration(
        dataDirectory: FileManager.default.temporaryDirectory.path,
        port: 0,
        isDevelopment: true
      )
      configuration.plcDirectory = plc
      configuration.allowsPrivateAddresses = true
      configuration.passwordCost = try PasswordHash.Parameters(logN: 4, r: 8, p: 1)
      configuration.adminPassword = adminPassword
      let server = try PersonalDataServer(configuration, storage: .memory(), logger: silent)
      return try await server.serve { address in
        try await body(plc, try #require(ServiceEndpoint(address)))
      }
    }
  }

  // MARK: Accounts

  /// A new account on the PDS.
  func account(_ name: String) async throws -> TestAccount {
    let client = XRPCClient(service: pds, transport: AsyncHTTPClientTransport.shared)
    let output = try await client.comAtproto.server.createAccount(
      ComAtproto.Server.CreateAccount.Input(
        email: "\(name)@mail.test",
        handle: FormatString("\(name).test"),
        password: TestAccount.password
      )
    )
    return TestAccount(
      did: try output.did.parsed(),
      client: client.resuming(
        SessionTokens(
          did: output.did,
          handle: output.handle,
          access: output.accessJwt,
          refresh: output.refreshJwt
        )
      )
    )
  }

  /// The identities that the PLC directory knows.
  var directory: any IdentityDirectory { labeler.directory }
}

/// An account on the PDS of a ``LabelerWorld``.
struct TestAccount: Sendable {
  static let password = "an account's password"

  let did: DID
  /// Calls the PDS as the account.
  let client: XRPCClient

  /// Writes a post.
  func post(_ text: String) async throws -> ComAtproto.Repo.StrongRef {
    let output = try await client.comAtproto.repo.createRecord(
      ComAtproto.Repo.CreateRecord.Input(
        repo: FormatString(did.string),
        collection: FormatString(AppBsky.Feed.Post.nsid),
        record: AppBsky.Feed.Post(text: text, createdAt: FormatString(Datetime.now)).dataValue
      )
    )
    return ComAtproto.Repo.StrongRef(uri: output.uri, cid: output.cid)
  }

  /// Reports a record through the PDS.
  @discardableResult
  func report(
    _ subject: ComAtproto.Repo.StrongRef,
    to labeler: DID,
    _ reason: ComAtproto.Moderation.Defs.ReasonType = .reasonSpam,
    text: String? = nil
  ) async throws -> ComAtproto.Moderation.CreateReport.Output {
    try await client.proxied(to: labeler, service: "atproto_labeler").comAtproto.moderation
      .createReport(
        ComAtproto.Moderation.CreateReport.Input(
          reasonType: reason,
          reason: text,
          subject: .strongRef(subject)
        )
      )
  }
}

/// A labeler that listens on this machine while a test runs.
struct RunningTestLabeler: Sendable {
  let server: LabelerServer
  let url: HTTPURL
  let plc: PLCDirectoryClient

  var did: DID { server.services.secrets.did }

  /// - Parameter plc: the directory in which the labeler registers its identity.
  static func run<Value: Sendable>(
    plc: HTTPURL,
    storage: LabelerStorage = .memory(),
    configure: @escaping @Sendable (inout LabelerConfiguration) -> Void = { _ in },
    _ body: (RunningTestLabeler) async throws -> Value
  ) async throws -> Value {
    var configuration = LabelerConfiguration(isDevelopment: true)
    configuration.plcDirectory = plc
    configuration.adminPasswords = [LabelerWorld.adminPassword]
    configure(&configuration)
    let client = PLCDirectoryClient(url: plc, transport: AsyncHTTPClientTransport.shared)
    try await DevelopmentIdentity(storage, client).prepare(configuration)
    let server = try LabelerServer(
      configuration,
      storage: storage,
      logger: LabelerWorld.silent
    )
    return try await server.serve { address in
      try await body(
        RunningTestLabeler(server: server, url: try #require(HTTPURL(address)), plc: client)
      )
    }
  }

  /// The identities that the PLC directory knows.
  var directory: any IdentityDirectory {
    BaseIdentityDirectory(
      plc: plc,
      handles: HandleResolver(txt: FixedTXTResolver(), transport: AsyncHTTPClientTransport.shared),
      transport: AsyncHTTPClientTransport.shared,
      allowsLocalhost: true
    )
  }

  /// Calls anonymously.
  var client: XRPCClient {
    XRPCClient(service: ServiceEndpoint(url), transport: AsyncHTTPClientTransport.shared)
  }

  /// Calls as the administrator.
  var administrator: XRPCClient {
    var client = client
    let credentials = Data("admin:\(LabelerWorld.adminPassword)".utf8).base64EncodedString()
    client.headers[.authorization] = "Basic \(credentials)"
    return client
  }

  /// Sends a request with any path.
  func send(
    _ method: HTTPRequest.Method,
    _ path: String,
    _ fields: HTTPFields = [:],
    _ body: String? = nil
  ) async throws -> HTTPTransportResponse {
    let url = try #require(url.at(path))
    return try await AsyncHTTPClientTransport.shared.send(
      url.request(method, fields),
      body: body.map { Array($0.utf8) },
      options: TransportOptions(timeout: .seconds(30))
    )
  }

  /// Labels a subject, or negates labels, as the administrator.
  @discardableResult
  func label(
    _ subject: ToolsOzone.Moderation.EmitEvent.Input.Subject,
    create: [String] = [],
    negate: [String] = []
  ) async throws -> ToolsOzone.Moderation.Defs.ModEventView {
    try await administrator.toolsOzone.moderation.emitEvent(
      ToolsOzone.Moderation.EmitEvent.Input(
        event: .modEventLabel(
          ToolsOzone.Moderation.Defs.ModEventLabel(
            createLabelVals: create,
            negateLabelVals: negate
          )
        ),
        subject: subject,
        createdBy: FormatString(did)
      )
    )
  }

  /// The first labels of the stream, with their sequence numbers.
  func stream(after cursor: Int, count: Int) async throws -> [(sequence: Int, label: Label)] {
    try await withThrowingTaskGroup(of: [(sequence: Int, label: Label)].self) { group in
      group.addTask {
        let stream = try await client.subscribe(
          ComAtproto.Label.SubscribeLabels.self,
          ComAtproto.Label.SubscribeLabels.Parameters(cursor: cursor)
        )
        var labels: [(sequence: Int, label: Label)] = []
        for try await message in stream {
          guard case .labels(let message) = message else { continue }
          labels += message.labels.map { (message.seq, $0) }
          if labels.count >= count { break }
        }
        return labels
      }
      group.addTask {
        try await Task.sleep(for: .seconds(30))
        Issue.record("fewer than \(count) labels came")
        return []
      }
      defer { group.cancelAll() }
      return try await group.next() ?? []
    }
  }
}
