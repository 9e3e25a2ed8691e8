import ATProtoData
import ATProtoHTTP
import ATProtoIdentity
import ATProtoSyntax
import AppBskyAPI
import AppView
import ComAtprotoAPI
import Foundation
import Lexicon
import LexiconIndex
import ToolsOzoneAPI
import XRPC
import XRPCClient

/// The story of a post: read by the app view, answered from the other PDS, labeled, and still there
/// after its author has moved.
extension Scenario {
  /// The schema of posts, the code generated from it, and the index derived from it agree.
  mutating func compileSchema() throws {
    let step = "compile the schema"
    let lexicons = AppViewLexicons.builtIn
    let post = SamplePosts.plain()
    let collection = try NSID(Self.collection)
    let violations = lexicons.validate(post.dataValue, as: collection)
    guard violations.isEmpty else { throw ScenarioFailure(step: step, reason: "\(violations)") }
    guard let plan = IndexPlan(lexicons, where: { $0 == collection })[collection] else {
      throw ScenarioFailure(step: step, reason: "no record schema \(collection)")
    }
    report.step(step, "\(collection), a Swift type, and \(plan.fields.count) indexed fields")
  }

  /// The app view shows a post of the first PDS with a reply from the second one, and its label.
  mutating func showThread(
    of post: ComAtproto.Repo.StrongRef
  ) async throws -> ThreadSummary {
    let appView = try Self.client(network.appView.address)
    try await wait("index the post", "the app view does not show it") {
      await Self.thread(post, appView) != nil
    }
    report.step("index the post", "shown by the app view")

    let (_, bob) = try await account("bob.test", on: network.secondPDS.address)
    let reply = try await checked("reply") {
      let record = AppBsky.Feed.Post(
        text: "A reply from another PDS",
        reply: AppBsky.Feed.Post.ReplyRef(root: post, parent: post),
        createdAt: FormatString(Datetime.now)
      )
      return try await Self.create(record.dataValue, AppBsky.Feed.Post.nsid, bob)
    }
    try await checked("like") {
      let like = AppBsky.Feed.Like(subject: post, createdAt: FormatString(Datetime.now))
      _ = try await Self.create(like.dataValue, AppBsky.Feed.Like.nsid, bob)
    }
    report.step("reply from the other PDS", "bob.test replies, and likes the post")

    try await emit(
      .modEventLabel(.init(createLabelVals: ["rude"], negateLabelVals: [])),
      reply,
      try Self.administrator(of: network.labeler),
      network.labeler
    )
    let step = "show the thread"
    try await wait(step, "the app view does not show the reply, its label, and the like") {
      guard let thread = await Self.thread(post, appView) else { return false }
      return thread.likes == 1 && thread.replies.map(\.labels) == [["rude"]]
    }
    guard let thread = await Self.thread(post, appView) else {
      throw ScenarioFailure(step: step, reason: "the thread is gone")
    }
    try expect(thread.root.handle, Self.handle, step)
    try expect(thread.replies.map(\.handle), ["bob.test"], step)
    report.step(step, "a post, 1 reply labeled \(thread.replies[0].labels[0]), 1 like")
    return thread
  }

  /// The account of the post moves to the other PDS. Links keep working, because they contain its DID.
  mutating func migrate(
    _ did: FormatString<DID>,
    thread before: ThreadSummary
  ) async throws {
    let new = try await AccountMove(
      did: did,
      handle: Self.handle,
      email: Self.email,
      password: password,
      from: network.firstPDS,
      to: network.secondPDS
    ).run()
    let step = "move the account"
    let document = try await checked(step) { try await plc.document(of: try did.parsed()) }
    try expect(try document.pds.origin, network.secondPDS.address, step)
    report.step(step, "from PDS A to PDS B, signed by its rotation key")

    let appView = try Self.client(network.appView.address)
    let written = try await checked("write there") {
      let post = AppBsky.Feed.Post(
        text: "Written after the move",
        createdAt: FormatString(Datetime.now)
      )
      return try await Self.create(post.dataValue, AppBsky.Feed.Post.nsid, new)
    }
    try await wait("write there", "the app view does not show the post") {
      await Self.thread(written, appView) != nil
    }
    report.step("write there", "shown by the app view")

    let again = "show the thread again"
    let root = ComAtproto.Repo.StrongRef(
      uri: FormatString(before.root.uri),
      cid: written.cid
    )
    try await wait(again, "the thread is not whole") {
      await Self.thread(root, appView) == before
    }
    report.step(again, "still whole")
  }

  // MARK: Calls

  private static func thread(
    _ post: ComAtproto.Repo.StrongRef,
    _ appView: XRPCClient
  ) async -> ThreadSummary? {
    try? await ThreadSummary(of: post.uri, appView)
  }

  /// A new account, and a client with its session.
  private func account(
    _ handle: String,
    on server: String
  ) async throws -> (did: FormatString<DID>, client: XRPCClient) {
    let client = try Self.client(server)
    return try await checked("create an account") { [password] in
      let account = try await client.comAtproto.server.createAccount(
        ComAtproto.Server.CreateAccount.Input(
          email: "\(handle)@mail.test",
          handle: FormatString(handle),
          password: password
        )
      )
      let tokens = SessionTokens(
        did: account.did,
        handle: account.handle,
        access: account.accessJwt,
        refresh: account.refreshJwt
      )
      return (account.did, client.resuming(tokens))
    }
  }

  private static func create(
    _ record: DataValue,
    _ collection: String,
    _ client: XRPCClient
  ) async throws -> ComAtproto.Repo.StrongRef {
    let session = try await client.comAtproto.server.getSession()
    let output = try await client.comAtproto.repo.createRecord(
      ComAtproto.Repo.CreateRecord.Input(
        repo: FormatString(session.did.string),
        collection: FormatString(collection),
        record: record
      )
    )
    return ComAtproto.Repo.StrongRef(uri: output.uri, cid: output.cid)
  }
}
