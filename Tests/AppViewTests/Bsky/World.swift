import ATProtoData
import ATProtoHTTP
import ATProtoIdentity
import ATProtoLabels
import ATProtoSyntax
import AppBskyAPI
import AppView
import BskyAppView
import ComAtprotoAPI
import HTTPTypes
import LexiconIndex
import XRPC
import XRPCClient
import XRPCServer

/// A few accounts and their records in memory, and the methods of `app.bsky` over them. Calls go
/// through the routing and the checks of a server.
struct World {
  let index: MemoryIndex
  var labelers = AcceptedLabelers()
  var network: OutboundNetwork?

  static let alice: DID = "did:web:alice.example.com"
  static let bob: DID = "did:web:bob.example.com"
  static let carol: DID = "did:web:carol.example.com"
  static let dan: DID = "did:web:dan.example.com"
  private static let plan = IndexPlan(AppViewLexicons.builtIn)

  /// - Parameter store: where the records are; nil for memory.
  init(store: (any AppViewStore)? = nil) async throws {
    index = try MemoryIndex(plan: Self.plan, store: store ?? MemoryAppViewStore())
    for did in [Self.alice, Self.bob, Self.carol, Self.dan] {
      try await index.addAccount(did, handle: Handle(String(did.string.dropFirst(8))))
    }
  }

  /// A time some seconds after a fixed one.
  static func time(_ seconds: Int) -> Datetime {
    Datetime(Datetime.Instant(seconds: 1_700_000_000 + Int64(seconds))) ?? .now
  }

  // MARK: Records

  @discardableResult
  func put<Record: LexiconRecord>(
    _ record: Record,
    by did: DID,
    _ key: String,
    _ seconds: Int
  ) async throws -> ComAtproto.Repo.StrongRef {
    try await index.put(record, by: did, at: key, seenAt: Self.time(seconds))
  }

  @discardableResult
  func post(
    by did: DID,
    _ key: String,
    _ seconds: Int,
    text: String = "",
    replyTo parent: ComAtproto.Repo.StrongRef? = nil,
    root: ComAtproto.Repo.StrongRef? = nil,
    embed: AppBsky.Feed.Post.Embed? = nil,
    mentioning mention: DID? = nil,
    tags: [String]? = nil,
    langs: [FormatString<Language>]? = nil
  ) async throws -> ComAtproto.Repo.StrongRef {
    let facets = mention.map { did in
      [
        AppBsky.Richtext.Facet(
          index: AppBsky.Richtext.Facet.ByteSlice(byteStart: 0, byteEnd: 1),
          features: [.mention(AppBsky.Richtext.Facet.Mention(did: FormatString(did)))]
        )
      ]
    }
    return try await put(
      AppBsky.Feed.Post(
        text: text.isEmpty ? key : text,
        facets: facets,
        reply: parent.map { AppBsky.Feed.Post.ReplyRef(root: root ?? $0, parent: $0) },
        embed: embed,
        langs: langs,
        tags: tags,
        createdAt: FormatString(Self.time(seconds))
      ),
      by: did,
      key,
      seconds
    )
  }

  @discardableResult
  func like(
    by did: DID,
    _ subject: ComAtproto.Repo.StrongRef,
    _ key: String,
    _ seconds: Int
  ) async throws -> ComAtproto.Repo.StrongRef {
    let like = AppBsky.Feed.Like(subject: subject, createdAt: FormatString(Self.time(seconds)))
    return try await put(like, by: did, key, seconds)
  }

  @discardableResult
  func repost(
    by did: DID,
    _ subject: ComAtproto.Repo.StrongRef,
    _ key: String,
    _ seconds: Int
  ) async throws -> ComAtproto.Repo.StrongRef {
    let repost = AppBsky.Feed.Repost(subject: subject, createdAt: FormatString(Self.time(seconds)))
    return try await put(repost, by: did, key, seconds)
  }

  @discardableResult
  func follow(
    by did: DID,
    _ subject: DID,
    _ key: String,
    _ seconds: Int
  ) async throws -> ComAtproto.Repo.StrongRef {
    let follow = AppBsky.Graph.Follow(
      subject: FormatString(subject),
      createdAt: FormatString(Self.time(seconds))
    )
    return try await put(follow, by: did, key, seconds)
  }

  @discardableResult
  func block(
    by did: DID,
    _ subject: DID,
    _ key: String,
    _ seconds: Int
  ) async throws -> ComAtproto.Repo.StrongRef {
    let block = AppBsky.Graph.Block(
      subject: FormatString(subject),
      createdAt: FormatString(Self.time(seconds))
    )
    return try await put(block, by: did, key, seconds)
  }

  /// A gate for the thread of a post of an account.
  func gate(
    by did: DID,
    _ root: ComAtproto.Repo.StrongRef,
    allow: [AppBsky.Feed.Threadgate.AllowItem]?
  ) async throws {
    let key = root.uri.string.split(separator: "/").last.map(String.init) ?? ""
    try await put(
      AppBsky.Feed.Threadgate(
        post: root.uri,
        allow: allow,
        createdAt: FormatString(Self.time(0))
      ),
      by: did,
      key,
      0
    )
  }

  func address(_ ref: ComAtproto.Repo.StrongRef) throws -> RecordAddress {
    guard let address = RecordAddress(ref.uri.string) else {
      throw XRPCServerError.invalidRequest(ref.uri.string)
    }
    return address
  }

  /// A label that counts from the beginning of the world.
  func label(
    _ subject: String,
    _ value: String,
    from source: DID,
    isNegation: Bool = false,
    at seconds: Int = 0
  ) {
    let label = ComAtproto.Label.Defs.Label(
      ver: 1,
      src: FormatString(source),
      uri: FormatString(subject),
      val: value,
      neg: isNegation ? true : nil,
      cts: FormatString(Self.time(seconds))
    )
    index.addLabels([label], from: source)
  }

  // MARK: Calls

  func call<Query: XRPCQuery>(
    _ query: Query.Type,
    _ parameters: Query.Parameters,
    as viewer: DID? = nil
  ) async throws -> Query.Output {
    try await client(viewer).query(query, parameters, options: CallOptions())
  }

  func procedure<Procedure: XRPCProcedure>(
    _ procedure: Procedure.Type,
    _ input: Procedure.Input,
    as viewer: DID? = nil
  ) async throws -> Procedure.Output where Procedure.Parameters == NoParameters {
    try await client(viewer).procedure(procedure, NoParameters(), input, options: CallOptions())
  }

  /// The status and the name of the error of a call; nil if it succeeds.
  func error<Query: XRPCQuery>(
    _ query: Query.Type,
    _ parameters: Query.Parameters,
    as viewer: DID? = nil
  ) async throws -> String? {
    let client = try client(viewer)
    do throws(XRPCError<Query.Failure>) {
      _ = try await client.query(query, parameters, options: CallOptions())
      return nil
    } catch {
      guard case .failure(let failure, let status) = error else { return "\(error)" }
      return "\(status) \(failure.errorBody.name)"
    }
  }

  func client(_ viewer: DID? = nil, forwardedToken: String? = nil) throws -> XRPCClient {
    let source = Contexts(
      memory: index,
      labelers: labelers,
      network: network,
      viewer: viewer,
      forwardedToken: forwardedToken
    )
    let routes = BskyHandlers.routes().map { $0.route(source) }
    guard let service = ServiceEndpoint("https://appview.example.com") else {
      throw XRPCServerError.internalServerError
    }
    return XRPCClient(service: service, transport: InMemoryTransport(routes), retry: .never)
  }

  /// Stands for a server's authentication.
  private struct Contexts: IndexContextSource {
    let memory: MemoryIndex
    let labelers: AcceptedLabelers
    let network: OutboundNetwork?
    let viewer: DID?
    let forwardedToken: String?

    var index: IndexReader { memory.reader }

    func context(
      for call: XRPCContext,
      _ authorization: IndexAuthorization
    ) async throws -> IndexContext {
      guard viewer != nil || !authorization.requiresViewer else {
        throw XRPCServerError.authenticationRequired(name: "AuthMissing")
      }
      return memory.context(
        viewer: viewer,
        labelers: labelers,
        forwardedToken: authorization.forwardingTarget == nil ? nil : forwardedToken,
        network: network
      )
    }
  }
}

extension FormatString<ATIdentifier> {
  init(_ did: DID) {
    self.init(did.string)
  }
}

/// The record keys at the ends of URIs.
func keys(_ uris: [FormatString<ATURI>]) -> [String] {
  uris.map { $0.string.split(separator: "/").last.map(String.init) ?? "" }
}
