import ATProtoData
import ATProtoHTTP
import ATProtoIdentity
import ATProtoLabels
import ATProtoSyntax
import AppBskyAPI
import ComAtprotoAPI
import Foundation
import HTTPTypes
import ToolsOzoneAPI
import XRPC
import XRPCAsyncHTTPClient
import XRPCClient

/// A post is reported, labeled, seen with its label, and taken down: follows a decision from the
/// report to the readers of the app view.
extension Scenario {
  mutating func moderate() async throws {
    let server = network.firstPDS.address
    let labeler = network.labeler
    let author = try await moderatedAccount("author.test", on: server)
    let reporter = try await moderatedAccount("reporter.test", on: server)
    let post = try await write(as: author)
    try await file(post, as: reporter, to: labeler)

    let moderator = try Self.administrator(of: labeler)
    try await findReport(of: post, moderator)
    try await label(post, moderator, labeler)
    try await takeDown(post, author, moderator, labeler)
  }

  /// An account with its session.
  private struct ModeratedAccount: Sendable {
    let did: FormatString<DID>
    let client: XRPCClient
  }

  private func moderatedAccount(
    _ handle: String,
    on server: String
  ) async throws -> ModeratedAccount {
    let client = try Self.client(server)
    return try await checked("create accounts") { [password] in
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
      return ModeratedAccount(did: account.did, client: client.resuming(tokens))
    }
  }

  private func write(as author: ModeratedAccount) async throws -> ComAtproto.Repo.StrongRef {
    try await checked("write a post") {
      let post = AppBsky.Feed.Post(text: "Buy now", createdAt: FormatString(Datetime.now))
      let output = try await author.client.comAtproto.repo.createRecord(
        ComAtproto.Repo.CreateRecord.Input(
          repo: FormatString(author.did.string),
          collection: FormatString(Self.collection),
          record: post.dataValue
        )
      )
      return ComAtproto.Repo.StrongRef(uri: output.uri, cid: output.cid)
    }
  }

  // MARK: Report

  private mutating func file(
    _ post: ComAtproto.Repo.StrongRef,
    as reporter: ModeratedAccount,
    to labeler: ScenarioService
  ) async throws {
    let step = "report a post"
    let client = reporter.client.proxied(to: labeler.did, service: "atproto_labeler")
    let output = try await checked(step) {
      try await client.comAtproto.moderation.createReport(
        ComAtproto.Moderation.CreateReport.Input(
          reasonType: .reasonSpam,
          reason: "an advertisement",
          subject: .strongRef(post)
        )
      )
    }
    try expect(output.reportedBy, reporter.did, step)
    report.step(step, "report \(output.id), through the reporter's server")
  }

  private mutating func findReport(
    of post: ComAtproto.Repo.StrongRef,
    _ moderator: XRPCClient
  ) async throws {
    let step = "find the report"
    let statuses = try await checked(step) {
      try await moderator.toolsOzone.moderation.queryStatuses(
        ToolsOzone.Moderation.QueryStatuses.Parameters(
          reviewState: ToolsOzone.Moderation.QueryStatuses.Parameters.ReviewState(
            "tools.ozone.moderation.defs#reviewOpen"
          )
        )
      ).subjectStatuses
    }
    let subjects = statuses.compactMap { $0.subject.dataValue["uri"]?.string }
    try expect(subjects, [post.uri.string], step)
    report.step(step, "open, in the queue of the labeler")
  }

  // MARK: Label

  private mutating func label(
    _ post: ComAtproto.Repo.StrongRef,
    _ moderator: XRPCClient,
    _ labeler: ScenarioService
  ) async throws {
    let step = "label it"
    let follower = LabelFollowing(labeler: labeler, plc: plc)
    try await emit(
      .modEventLabel(.init(createLabelVals: ["spam"], negateLabelVals: [])),
      post,
      moderator,
      labeler
    )
    let (label, sequence) = try await follower.next(step, after: 0)
    try expect(label.val, "spam", step)
    try expect(label.cid, post.cid, step)
    report.step(step, "\(label.val), signed, in the stream")

    try await wait("hydrate it", "the app view does not show the label") {
      await shown(post, accepting: "\(labeler.did)") == ["spam"]
    }
    try expect(await shown(post, accepting: ""), [], "hydrate it")
    report.step("hydrate it", "shown by the app view to readers who accept the labeler")

    try await emit(
      .modEventLabel(.init(createLabelVals: [], negateLabelVals: ["spam"])),
      post,
      moderator,
      labeler
    )
    let negation = try await follower.next("negate it", after: sequence).label
    try expect(negation.neg, true, "negate it")
    try await wait("negate it", "the app view still shows the label") {
      await shown(post, accepting: "\(labeler.did)") == []
    }
    report.step("negate it", "gone for readers, and from the stream")
  }

  /// The labels that the app view puts on a post; nil if it does not show the post.
  ///
  /// - Parameter labelers: the value of `atproto-accept-labelers`.
  private func shown(
    _ post: ComAtproto.Repo.StrongRef,
    accepting labelers: String
  ) async -> [String]? {
    guard var client = try? Self.client(network.appView.address),
      let name = HTTPField.Name("atproto-accept-labelers")
    else { return nil }
    client.headers[name] = labelers
    let posts = try? await client.appBsky.feed.getPosts(
      AppBsky.Feed.GetPosts.Parameters(uris: [post.uri])
    ).posts
    return posts?.first.map { ($0.labels ?? []).map(\.val) }
  }

  // MARK: Takedown

  private mutating func takeDown(
    _ post: ComAtproto.Repo.StrongRef,
    _ author: ModeratedAccount,
    _ moderator: XRPCClient,
    _ labeler: ScenarioService
  ) async throws {
    let step = "take it down"
    try await emit(.modEventTakedown(.init(comment: "a scam")), post, moderator, labeler)
    try await wait(step, "its server still shows the post") { await !isShown(post, author) }
    try await wait(step, "the app view still shows the post") {
      await shown(post, accepting: "") == nil
    }
    report.step(step, "hidden by its server, and by the app view")
    try await emit(.modEventReverseTakedown(.init(comment: "a mistake")), post, moderator, labeler)
    try await wait(step, "its server still hides the post") { await isShown(post, author) }
    try await wait(step, "the app view still hides the post") {
      await shown(post, accepting: "") == []
    }
    report.step("reverse the takedown", "shown again by both")
  }

  private func isShown(
    _ post: ComAtproto.Repo.StrongRef,
    _ author: ModeratedAccount
  ) async -> Bool {
    var client = author.client
    client.authorization = nil
    let parameters = ComAtproto.Repo.GetRecord.Parameters(
      repo: FormatString(author.did.string),
      collection: FormatString(Self.collection),
      rkey: FormatString(post.uri.string.split(separator: "/").last.map(String.init) ?? "")
    )
    return (try? await client.comAtproto.repo.getRecord(parameters)) != nil
  }

  func wait(
    _ step: String,
    _ reason: String,
    until condition: () async -> Bool
  ) async throws {
    let deadline = ContinuousClock.now + ServerProcess.patience
    while await !condition() {
      guard .now < deadline else { throw ScenarioFailure(step: step, reason: reason) }
      try await Task.sleep(for: .milliseconds(20))
    }
  }

  // MARK: Calls

  func emit(
    _ event: ToolsOzone.Moderation.EmitEvent.Input.Event,
    _ post: ComAtproto.Repo.StrongRef,
    _ moderator: XRPCClient,
    _ labeler: ScenarioService
  ) async throws {
    _ = try await checked("moderate") {
      try await moderator.toolsOzone.moderation.emitEvent(
        ToolsOzone.Moderation.EmitEvent.Input(
          event: event,
          subject: .strongRef(post),
          createdBy: FormatString(labeler.did)
        )
      )
    }
  }

  static func administrator(of labeler: ScenarioService) throws -> XRPCClient {
    guard let service = ServiceEndpoint(labeler.address) else {
      throw ScenarioFailure(step: "start a labeler", reason: "its address is not a base URL")
    }
    return Operator(service: service, password: labeler.adminPassword).client
  }
}

/// Reads the stream of a labeler, and verifies it.
private struct LabelFollowing: Sendable {
  let labeler: ScenarioService
  let verifier: LabelVerifier

  init(labeler: ScenarioService, plc: PLCDirectoryClient) {
    self.labeler = labeler
    verifier = LabelVerifier(
      directory: BaseIdentityDirectory(
        plc: plc,
        handles: HandleResolver(
          txt: FixedTXTResolver(),
          transport: AsyncHTTPClientTransport.shared
        ),
        transport: AsyncHTTPClientTransport.shared
      )
    )
  }

  /// The first label of the stream after a position, verified.
  func next(
    _ step: String,
    after cursor: Int
  ) async throws -> (label: ComAtproto.Label.Defs.Label, sequence: Int) {
    let (label, sequence) = try await received(step, after: cursor)
    guard await verifier.verify([label], from: labeler.did) == [.valid] else {
      throw ScenarioFailure(step: step, reason: "the signature of the label is not valid")
    }
    return (label, sequence)
  }

  private func received(
    _ step: String,
    after cursor: Int
  ) async throws -> (ComAtproto.Label.Defs.Label, Int) {
    let client = try Scenario.client(labeler.address)
    return try await withThrowingTaskGroup(of: (ComAtproto.Label.Defs.Label, Int)?.self) { group in
      group.addTask {
        let stream = try await client.subscribe(
          ComAtproto.Label.SubscribeLabels.self,
          ComAtproto.Label.SubscribeLabels.Parameters(cursor: cursor)
        )
        for try await message in stream {
          guard case .labels(let labels) = message, let label = labels.labels.first else {
            continue
          }
          return (label, labels.seq)
        }
        return nil
      }
      group.addTask {
        try await Task.sleep(for: ServerProcess.patience)
        return nil
      }
      defer { group.cancelAll() }
      guard let found = try await group.next() ?? nil else {
        throw ScenarioFailure(step: step, reason: "the labeler has not sent the label")
      }
      return found
    }
  }
}
