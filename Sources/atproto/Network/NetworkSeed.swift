import ATProtoData
import ATProtoSyntax
import AppBskyAPI
import ComAtprotoAPI
import ToolsOzoneAPI
import XRPC
import XRPCAsyncHTTPClient
import XRPCClient

/// The first accounts of a development network: a post with a reply from the other PDS, likes, follows,
/// and a post that the labeler has labeled.
///
/// A network that keeps its data has them already after a restart.
struct NetworkSeed: Sendable {
  /// The password of all accounts.
  static let password = "correct horse"
  private static let patience = Duration.seconds(20)

  private let network: RunningNetwork

  init(_ network: RunningNetwork) {
    self.network = network
  }

  private struct Person: Sendable {
    let name: String
    let displayName: String
    let host: NetworkPlan.Member
  }

  private static let people = [
    Person(name: "alice", displayName: "Alice", host: .firstPDS),
    Person(name: "bob", displayName: "Bob", host: .secondPDS),
    Person(name: "carol", displayName: "Carol", host: .firstPDS),
    Person(name: "dan", displayName: "Dan", host: .secondPDS),
  ]

  /// An account with its session.
  private struct Writer: Sendable {
    let account: NetworkAccount
    let client: XRPCClient
    let isNew: Bool

    /// Creates a record, with a record key only if its collection has a fixed one.
    @discardableResult
    func create(
      _ collection: String,
      _ record: DataValue,
      rkey: FormatString<RecordKey>? = nil
    ) async throws -> ComAtproto.Repo.StrongRef {
      let output = try await client.comAtproto.repo.createRecord(
        ComAtproto.Repo.CreateRecord.Input(
          repo: FormatString(account.did.string),
          collection: FormatString(collection),
          rkey: rkey,
          record: record
        )
      )
      return ComAtproto.Repo.StrongRef(uri: output.uri, cid: output.cid)
    }

    func post(
      _ text: String,
      replyingTo parent: ComAtproto.Repo.StrongRef? = nil
    ) async throws -> ComAtproto.Repo.StrongRef {
      let post = AppBsky.Feed.Post(
        text: text,
        reply: parent.map { AppBsky.Feed.Post.ReplyRef(root: $0, parent: $0) },
        langs: ["en"],
        createdAt: FormatString(Datetime.now)
      )
      return try await create(AppBsky.Feed.Post.nsid, post.dataValue)
    }

    func like(_ subject: ComAtproto.Repo.StrongRef) async throws {
      let like = AppBsky.Feed.Like(subject: subject, createdAt: FormatString(Datetime.now))
      try await create(AppBsky.Feed.Like.nsid, like.dataValue)
    }

    func follow(_ other: Writer) async throws {
      let follow = AppBsky.Graph.Follow(
        subject: other.account.did,
        createdAt: FormatString(Datetime.now)
      )
      try await create(AppBsky.Graph.Follow.nsid, follow.dataValue)
    }
  }

  /// Creates the accounts and their records, and waits until the app view shows them.
  ///
  /// Throws a ``CommandError`` if that takes more than 20 seconds.
  func plant() async throws -> [NetworkAccount] {
    do {
      let writers = try await logIn()
      if writers.allSatisfy(\.isNew) { try await write(writers) }
      return writers.map(\.account)
    } catch let error as CommandError {
      throw error
    } catch {
      throw CommandError(reason: "cannot create the accounts of the network: \(error)")
    }
  }

  private func logIn() async throws -> [Writer] {
    try await withThrowingTaskGroup(of: (Int, Writer).self) { group in
      for (index, person) in Self.people.enumerated() {
        group.addTask { (index, try await self.writer(person)) }
      }
      var writers: [(Int, Writer)] = []
      for try await writer in group { writers.append(writer) }
      return writers.sorted { $0.0 < $1.0 }.map(\.1)
    }
  }

  private func writer(_ person: Person) async throws -> Writer {
    let address = network.plan.address(of: person.host)
    let client = try Self.client(address)
    let handle = FormatString<Handle>("\(person.name).test")
    let existing = try? await client.comAtproto.identity.resolveHandle(
      ComAtproto.Identity.ResolveHandle.Parameters(handle: handle)
    )
    func account(_ did: FormatString<DID>) -> NetworkAccount {
      NetworkAccount(
        did: did,
        handle: handle,
        password: Self.password,
        host: person.host,
        address: address
      )
    }
    if let existing {
      return Writer(account: account(existing.did), client: client, isNew: false)
    }
    let output = try await client.comAtproto.server.createAccount(
      ComAtproto.Server.CreateAccount.Input(
        email: "\(person.name)@mail.test",
        handle: handle,
        password: Self.password
      )
    )
    let tokens = SessionTokens(
      did: output.did,
      handle: output.handle,
      access: output.accessJwt,
      refresh: output.refreshJwt
    )
    let writer = Writer(
      account: account(output.did),
      client: client.resuming(tokens),
      isNew: true
    )
    let profile = AppBsky.Actor.Profile(
      displayName: person.displayName,
      description: "An account of this development network.",
      createdAt: FormatString(Datetime.now)
    )
    try await writer.create(AppBsky.Actor.Profile.nsid, profile.dataValue, rkey: "self")
    return writer
  }

  private func write(_ writers: [Writer]) async throws {
    let (alice, bob, carol, dan) = (writers[0], writers[1], writers[2], writers[3])
    let post = try await alice.post("Hello from PDS A")
    let reply = try await bob.post("Hello from PDS B", replyingTo: post)
    let spam = try await dan.post("Buy now")
    try await carol.like(post)
    try await alice.like(reply)
    try await bob.follow(alice)
    try await carol.follow(alice)
    try await carol.follow(bob)
    try await alice.follow(bob)
    try await label(spam)
    try await waitUntilIndexed(post, labeled: spam)
  }

  private func label(_ subject: ComAtproto.Repo.StrongRef) async throws {
    guard let service = ServiceEndpoint(network.plan.address(of: .labeler)) else { return }
    let moderator = Operator(service: service, password: network.plan.adminPassword).client
    _ = try await moderator.toolsOzone.moderation.emitEvent(
      ToolsOzone.Moderation.EmitEvent.Input(
        event: .modEventLabel(.init(createLabelVals: ["spam"], negateLabelVals: [])),
        subject: .strongRef(subject),
        createdBy: FormatString(network.labelerDID)
      )
    )
  }

  private func waitUntilIndexed(
    _ post: ComAtproto.Repo.StrongRef,
    labeled: ComAtproto.Repo.StrongRef
  ) async throws {
    let appView = try Self.client(network.plan.address(of: .appView))
    let deadline = ContinuousClock.now + Self.patience
    while true {
      let thread = try? await ThreadSummary(of: post.uri, appView)
      let posts = try? await appView.appBsky.feed.getPosts(
        AppBsky.Feed.GetPosts.Parameters(uris: [labeled.uri])
      ).posts
      let isLabeled = posts?.first?.labels?.contains { $0.val == "spam" } == true
      if let thread, thread.replies.count == 1, thread.likes == 1, isLabeled { return }
      guard .now < deadline else {
        throw CommandError(
          reason: "the app view does not show the first posts",
          details: [
            "thread: \(thread.map { "\($0)" } ?? "none")",
            "labels: \(posts?.first?.labels.map { $0.map(\.val).joined(separator: ", ") } ?? "none")",
          ]
        )
      }
      try await Task.sleep(for: .milliseconds(20))
    }
  }

  private static func client(_ address: String) throws -> XRPCClient {
    guard let service = ServiceEndpoint(address) else {
      throw CommandError(reason: "\(address) is not a valid base URL")
    }
    return XRPCClient(service: service, transport: AsyncHTTPClientTransport.shared)
  }
}

/// A thread as an app view shows it: the post, and the replies to it.
struct ThreadSummary: Hashable, Sendable {
  /// A post with its author.
  struct Entry: Hashable, Sendable {
    let uri: String
    let handle: String
    let labels: [String]
  }

  let root: Entry
  let likes: Int
  /// In the order of the app view.
  let replies: [Entry]

  /// Reads a thread.
  ///
  /// Throws the error of the call, and a ``CommandError`` if the post is not shown.
  init(of uri: FormatString<ATURI>, _ appView: XRPCClient) async throws {
    let thread = try await appView.appBsky.feed.getPostThread(
      AppBsky.Feed.GetPostThread.Parameters(uri: uri)
    ).thread
    guard case .threadViewPost(let view) = thread else {
      throw CommandError(reason: "\(uri) is not shown")
    }
    root = Self.entry(view.post)
    likes = view.post.likeCount ?? 0
    replies = (view.replies ?? []).compactMap { reply in
      guard case .threadViewPost(let view) = reply else { return nil }
      return Self.entry(view.post)
    }
  }

  private static func entry(_ post: AppBsky.Feed.Defs.PostView) -> Entry {
    Entry(
      uri: post.uri.string,
      handle: post.author.handle.string,
      labels: (post.labels ?? []).map(\.val).sorted()
    )
  }
}
