import ATProtoAuth
import ATProtoCrypto
import ATProtoData
import ATProtoHTTP
import ATProtoIdentity
import ATProtoSyntax
import AppBskyAPI
import ComAtprotoAPI
import HTTPTypes
import Logging
import Synchronization
import ToolsOzoneAPI
import XRPC
import XRPCClient
import XRPCServer

@testable import Labeler

/// The moderation side of a labeler, whose methods are called without sockets.
final class DeskFixture: Sendable {
  static let did: DID = "did:web:labeler.test"
  static let password = "the password of the labeler"
  static let start = LabelFixture.start

  let store: any LabelerStore
  let labels: LabelFixture
  let directory = MemoryIdentityDirectory()
  let team: Team
  let pusher: Pusher
  let desk: ModerationDesk
  let records: SubjectRecords
  private let routes: [XRPCRoute]
  private let clock: Clock
  private let accounts = Mutex<[DID: PrivateKey]>([:])

  final class Clock: Sendable {
    let time = Mutex(DeskFixture.start)
  }

  /// - Parameters:
  ///   - targets: the services that takedowns are pushed to.
  ///   - network: all other servers.
  init(
    _ store: any LabelerStore = MemoryLabelerStore(),
    declaration: AppBsky.Labeler.Service? = nil,
    limits: [RateLimit]? = nil,
    targets: [PushTarget] = [],
    network: any HTTPTransport = InMemoryTransport([])
  ) throws {
    let clock = Clock()
    let now: @Sendable () -> Int = { clock.time.withLock { $0 } }
    let labels = try LabelFixture(store)
    let metrics = LabelerMetrics()
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    self.store = store
    self.clock = clock
    self.labels = labels
    team = Team(did: Self.did, store: store, now: now)
    pusher = Pusher(
      targets: targets,
      did: Self.did,
      key: labels.key,
      store: store,
      transport: network,
      metrics: metrics,
      logger: logger,
      now: now,
      jitter: { 1 }
    )
    desk = ModerationDesk(
      did: Self.did,
      store: store,
      labels: labels.labels,
      pusher: pusher,
      metrics: metrics,
      now: now
    )
    records = SubjectRecords(store: store, directory: directory, transport: network, now: now)
    let source =
      declaration.map { DeclarationSource($0) }
      ?? DeclarationSource(of: Self.did, directory: directory, transport: network, logger: logger)
    let authentication = ModeratorAuthentication(
      team: team,
      passwords: [Self.password],
      directory: directory
    )
    let reports = Reports(
      desk: desk,
      declaration: source,
      records: records,
      limiter: limits.map { RateLimiter($0) }
    )
    let views = SubjectViews(
      desk: desk,
      records: records,
      directory: directory
    )
    routes =
      ComAtproto.Moderation.routes(ReportHandler(authentication: authentication, reports: reports))
      + ToolsOzone.Moderation.routes(
        ModerationHandler(authentication: authentication, desk: desk, views: views)
      )
      + ToolsOzone.Team.routes(TeamHandler(authentication: authentication, team: team))
      + ToolsOzone.Server.routes(
        ServerHandler(authentication: authentication, targets: targets)
      )
    _ = try account("labeler")
  }

  var time: Int { clock.time.withLock { $0 } }

  func advance(hours: Int) {
    clock.time.withLock { $0 += hours * 3_600_000 }
  }

  /// An account with this name, which is added to the directory the first time.
  @discardableResult
  func account(_ name: String) throws -> DID {
    let did = try DID("did:web:\(name).test")
    let isNew = accounts.withLock { accounts in
      guard accounts[did] == nil else { return false }
      accounts[did] = PrivateKey(generating: .k256)
      return true
    }
    guard isNew else { return did }
    directory.insert(
      Identity(
        document: try document(did, accounts.withLock { $0[did]! }),
        handle: try Handle("\(name).test")
      )
    )
    return did
  }

  private func document(_ did: DID, _ key: PrivateKey) throws -> DIDDocument {
    func method(_ name: String, _ key: PublicKey) -> DataValue {
      [
        "id": .string("\(did)#\(name)"), "type": "Multikey", "controller": .string(did.string),
        "publicKeyMultibase": .string(String(key.didKey.dropFirst("did:key:".count))),
      ]
    }
    return try DIDDocument([
      "id": .string(did.string),
      "verificationMethod": [
        method("atproto", key.publicKey), method("atproto_label", labels.key.publicKey),
      ],
      "service": [
        [
          "id": "#atproto_pds", "type": "AtprotoPersonalDataServer",
          "serviceEndpoint": "https://pds.test",
        ]
      ],
    ])
  }

  /// A member of the team with this name and role.
  @discardableResult
  func member(_ name: String, _ role: Role) async throws -> DID {
    let did = try account(name)
    _ = try await team.add(did, role: role, by: Moderator(did: Self.did, role: .admin))
    return did
  }
}

/// Who makes a call.
enum Caller: Sendable {
  case password
  case account(DID)
  case token(String)
  case anonymous
}

extension DeskFixture {
  func token(
    _ did: DID,
    _ method: String,
    audience: String = DeskFixture.did.string,
    keyID: String? = nil
  ) throws -> String {
    let key = keyID == "#atproto_label" ? labels.key : accounts.withLock { $0[did]! }
    return ServiceToken(issuer: did, keyID: keyID, audience: audience, method: try NSID(method))
      .signed(with: key)
  }

  private func options(_ caller: Caller, _ method: String) throws -> CallOptions {
    switch caller {
    case .anonymous: CallOptions()
    case .token(let token): CallOptions(headers: [.authorization: "Bearer \(token)"])
    case .account(let did):
      CallOptions(headers: [.authorization: "Bearer \(try token(did, method))"])
    case .password:
      CallOptions(
        headers: [
          .authorization: "Basic " + Base64.padded.encode(Array("admin:\(Self.password)".utf8))
        ]
      )
    }
  }

  var client: XRPCClient {
    XRPCClient(
      service: ServiceEndpoint("http://labeler.test")!,
      transport: InMemoryTransport(routes),
      retry: .never
    )
  }

  func call<Method: XRPCProcedure>(
    _ method: Method.Type,
    _ input: Method.Input,
    as caller: Caller
  ) async throws -> Method.Output where Method.Parameters == NoParameters {
    try await client.procedure(
      method,
      NoParameters(),
      input,
      options: options(caller, Method.nsid)
    )
  }

  func query<Method: XRPCQuery>(
    _ method: Method.Type,
    _ parameters: Method.Parameters,
    as caller: Caller = .password
  ) async throws -> Method.Output {
    try await client.query(method, parameters, options: options(caller, Method.nsid))
  }

  typealias Emit = ToolsOzone.Moderation.EmitEvent

  /// Calls `emitEvent`.
  @discardableResult
  func emit(
    _ action: ModerationAction,
    _ subject: Subject,
    comment: String? = nil,
    as caller: Caller = .password,
    _ change: (inout Emit.Input) -> Void = { _ in }
  ) async throws -> ToolsOzone.Moderation.Defs.ModEventView {
    var input = Emit.Input(
      event: action.body(comment: comment),
      subject: Emit.Input.Subject(subject),
      subjectBlobCids: subject.blobs.isEmpty ? nil : subject.blobs.map { FormatString($0) },
      createdBy: FormatString("did:web:admin.test")
    )
    change(&input)
    return try await call(Emit.self, input, as: caller)
  }

  /// Calls `createReport`.
  @discardableResult
  func report(
    _ subject: Subject,
    _ type: String = "com.atproto.moderation.defs#reasonSpam",
    reason: String? = nil,
    as caller: Caller
  ) async throws -> ComAtproto.Moderation.CreateReport.Output {
    try await call(
      ComAtproto.Moderation.CreateReport.self,
      ComAtproto.Moderation.CreateReport.Input(
        reasonType: ComAtproto.Moderation.Defs.ReasonType(type),
        reason: reason,
        subject: ComAtproto.Moderation.CreateReport.Input.Subject(subject)
      ),
      as: caller
    )
  }

  /// The labels on a subject in the order of their events, negations with a minus sign.
  func labelNames(_ subject: Subject) async throws -> [String] {
    try await store.read { transaction throws in
      try transaction.labels.rows(after: 0, maximumCount: 1_000)
        .filter { $0.uri == subject.uri }
        .map { ($0.isNegated ? "-" : "") + $0.value }
    }
  }

  func status(_ subject: Subject) async throws -> SubjectStatus? {
    try await desk.status(of: subject)
  }
}

extension Subject {
  static let postCID = "bafyreidfayvfuwqa7qlnopdjiqrxzs6blmoeu4rujcjtnci5beludirz2a"

  /// A post of an account.
  static func post(_ did: DID, _ key: String = "1", blobs: [String] = []) throws -> Subject {
    Subject(
      try ATURI("at://\(did)/app.bsky.feed.post/\(key)"),
      cid: postCID,
      blobs: blobs
    )!
  }
}

extension ToolsOzone.Moderation.EmitEvent.Input.Subject {
  init(_ subject: Labeler.Subject) {
    switch subject.reference {
    case .account(let reference): self = .repoRef(reference)
    case .record(let reference): self = .strongRef(reference)
    }
  }
}

extension ComAtproto.Moderation.CreateReport.Input.Subject {
  init(_ subject: Labeler.Subject) {
    switch subject.reference {
    case .account(let reference): self = .repoRef(reference)
    case .record(let reference): self = .strongRef(reference)
    }
  }
}
