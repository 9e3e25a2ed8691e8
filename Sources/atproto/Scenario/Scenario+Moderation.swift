import ATProtoData
import ATProtoHTTP
import ATProtoIdentity
import ATProtoLabels
import ATProtoSyntax
import AppBskyAPI
import ComAtprotoAPI
import Foundation
import ToolsOzoneAPI
import XRPC
import XRPCAsyncHTTPClient
import XRPCClient

/// A running labeler, as its first line of output describes it.
struct ScenarioLabeler: Sendable {
  let address: String
  let did: DID
  let adminPassword: String
}

/// A post is reported, labeled, seen with its label, and taken down: follows a decision from the
/// report to the readers.
extension Scenario {
  /// - Parameter server: the PDS on which the author and the reporter have their accounts.
  mutating func moderate(_ server: String, labeler: ScenarioLabeler) async throws {
    report.step("start a labeler", "\(labeler.did) at \(labeler.address)")
    let author = try await moderatedAccount("author.test", on: server)
    let reporter = try await moderatedAccount("reporter.test", on: server)
    let post = try await write(as: author)
    try await file(post, as: reporter, to: labeler)

    let moderator = try Self.administrator(of: labeler)
    try await findReport(of: post, moderator)
    try await label(post, author, moderator, labeler)
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
    to labeler: ScenarioLabeler
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
    _ author: ModeratedAccount,
    _ moderator: XRPCClient,
    _ labeler: ScenarioLabeler
  ) async throws {
    let step = "label it"
    let index = MemoryLabelIndex()
    let follower = LabelFollowing(labeler: labeler, plc: plc, index: index)
    try await emit(
      .modEventLabel(.init(createLabelVals: ["spam"], negateLabelVals: [])),
      post,
      moderator,
      labeler
    )
    let label = try await follower.next(step)
    try expect(label.val, "spam", step)
    try expect(label.cid, post.cid, step)
    report.step(step, "\(label.val), signed, in the stream")

    let seen = try await shown(post, author, index, labeler)
    try expect(seen.map(\.val), ["spam"], "hydrate it")
    report.step("hydrate it", "shown to readers who accept the labeler; no app view yet")

    try await emit(
      .modEventLabel(.init(createLabelVals: [], negateLabelVals: ["spam"])),
      post,
      moderator,
      labeler
    )
    let negation = try await follower.next("negate it")
    try expect(negation.neg, true, "negate it")
    try expect(try await shown(post, author, index, labeler).count, 0, "negate it")
    report.step("negate it", "gone for readers, and from the stream")
  }

  /// The labels that an app view would put on the post.
  private func shown(
    _ post: ComAtproto.Repo.StrongRef,
    _ author: ModeratedAccount,
    _ index: MemoryLabelIndex,
    _ labeler: ScenarioLabeler
  ) async throws -> [ComAtproto.Label.Defs.Label] {
    try await checked("hydrate it") {
      let accepted = try AcceptedLabelers(header: AcceptedLabeler(labeler.did).description)
      let subject = HydratedSubject(
        uri: post.uri.string,
        cid: try CID(post.cid.string),
        author: try author.did.parsed()
      )
      let labels = try await Hydration(index: index).labels(on: [subject], for: accepted)
      return labels[subject.uri]?.labels ?? []
    }
  }

  // MARK: Takedown

  private mutating func takeDown(
    _ post: ComAtproto.Repo.StrongRef,
    _ author: ModeratedAccount,
    _ moderator: XRPCClient,
    _ labeler: ScenarioLabeler
  ) async throws {
    let step = "take it down"
    try await emit(.modEventTakedown(.init(comment: "a scam")), post, moderator, labeler)
    try await wait(step, "its server still shows the post") { await !isShown(post, author) }
    report.step(step, "hidden by its server")
    try await emit(.modEventReverseTakedown(.init(comment: "a mistake")), post, moderator, labeler)
    try await wait(step, "its server still hides the post") { await isShown(post, author) }
    report.step("reverse the takedown", "shown by its server again")
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

  private func wait(
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

  private func emit(
    _ event: ToolsOzone.Moderation.EmitEvent.Input.Event,
    _ post: ComAtproto.Repo.StrongRef,
    _ moderator: XRPCClient,
    _ labeler: ScenarioLabeler
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

  private static func administrator(of labeler: ScenarioLabeler) throws -> XRPCClient {
    guard let service = ServiceEndpoint(labeler.address) else {
      throw ScenarioFailure(step: "start a labeler", reason: "its address is not a base URL")
    }
    return Operator(service: service, password: labeler.adminPassword).client
  }
}

/// Follows a labeler as an app view does: verifies what its stream sends, and keeps it in an index.
private struct LabelFollowing: Sendable {
  let labeler: ScenarioLabeler
  let verifier: LabelVerifier
  let index: MemoryLabelIndex

  init(labeler: ScenarioLabeler, plc: PLCDirectoryClient, index: MemoryLabelIndex) {
    self.labeler = labeler
    self.index = index
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

  /// The next label of the stream, verified and indexed.
  func next(_ step: String) async throws -> ComAtproto.Label.Defs.Label {
    let client = try Scenario.client(labeler.address)
    let (label, sequence) = try await received(step, client)
    guard await verifier.verify([label], from: labeler.did) == [.valid] else {
      throw ScenarioFailure(step: step, reason: "the signature of the label is not valid")
    }
    index.apply([label], from: labeler.did, cursor: sequence)
    return label
  }

  private func received(
    _ step: String,
    _ client: XRPCClient
  ) async throws -> (ComAtproto.Label.Defs.Label, Int) {
    let cursor = index.cursor(of: labeler.did) ?? 0
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
