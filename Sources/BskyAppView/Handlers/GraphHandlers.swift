import ATProtoSyntax
import AppBskyAPI
import AppView
import LexiconIndex
import XRPC
import XRPCServer

/// `app.bsky.graph.getFollows`
struct FollowsHandler: AppBsky.Graph.GetFollows.IndexHandler {
  static let requiredCollections = [Collections.follow]
  let pictures: PictureURLs

  func respond(
    to request: IndexRequest<AppBsky.Graph.GetFollows>
  ) async throws -> AppBsky.Graph.GetFollows.Output {
    let parameters = request.parameters
    let views = Views(request.context, pictures)
    let subject = try await views.subject(parameters.actor)
    let page = try await LinkedActors(source: .follows, views: views).page(
      of: subject.did,
      limit: parameters.limit,
      after: parameters.cursor,
      scope: AppBsky.Graph.GetFollows.nsid
    ) { record in
      try IndexRecord<AppBsky.Graph.Follow>(record)?.value.subject.parsed()
    }
    return AppBsky.Graph.GetFollows.Output(
      subject: subject.view,
      cursor: page.cursor,
      follows: page.rows
    )
  }
}

/// `app.bsky.graph.getFollowers`
struct FollowersHandler: AppBsky.Graph.GetFollowers.IndexHandler {
  static let requiredCollections = [Collections.follow]
  let pictures: PictureURLs

  func respond(
    to request: IndexRequest<AppBsky.Graph.GetFollowers>
  ) async throws -> AppBsky.Graph.GetFollowers.Output {
    let parameters = request.parameters
    let views = Views(request.context, pictures)
    let subject = try await views.subject(parameters.actor)
    let page = try await LinkingActors(source: .follows, views: views).page(
      of: subject.did.string,
      by: subject.did,
      limit: parameters.limit,
      after: parameters.cursor,
      scope: AppBsky.Graph.GetFollowers.nsid
    ) { _, actor in actor }
    return AppBsky.Graph.GetFollowers.Output(
      subject: subject.view,
      cursor: page.cursor,
      followers: page.rows
    )
  }
}

extension Views {
  /// The account that a list is about.
  fileprivate func subject(
    _ actor: FormatString<ATIdentifier>
  ) async throws -> (did: DID, view: AppBsky.Actor.Defs.ProfileView) {
    let (account, builder) = try await load { loader in
      let account = try loader.index.visibleAccount(actor)
      try loader.loadActors([account.did])
      return account
    }
    guard let view = builder.profile(account.did) else { throw XRPCServerError.accountTakedown }
    return (account.did, view)
  }
}

/// The accounts to which the records of an account link, each once, newest first.
struct LinkedActors: Sendable {
  let source: LinkSource
  let views: Views
  /// Whether accounts that are blocked are shown, as in the list of blocks.
  var showsBlocked = false

  /// A page of the accounts.
  ///
  /// - Parameter subject: returns the account to which a record links.
  func page(
    of did: DID,
    limit: Int,
    after cursor: String?,
    scope: String,
    subject: @escaping @Sendable (IndexedRecord) throws -> DID?
  ) async throws -> (rows: [AppBsky.Actor.Defs.ProfileView], cursor: String?) {
    try await Views.page(limit: limit, after: cursor, scope: "\(scope) \(did)") { position, limit in
      let (batch, builder) = try await views.load { [source, showsBlocked] loader in
        let page = try loader.index.snapshot.records.timeline(
          of: [did],
          [source.collection],
          after: position,
          limit: limit
        )
        loader.note(page.elements)
        let subjects = page.elements.map { try? subject($0) }
        let newest = try loader.index.links(
          from: did,
          to: Array(Set(subjects.compactMap(\.?.string))),
          source
        )
        let rows = zip(page.elements, subjects).map { record, subject in
          let isNewest = subject.map { newest[$0.string] == record.address } ?? false
          return (
            row: isNewest ? subject.map { (did: $0, record: record.address) } : nil,
            position: record.position
          )
        }
        try loader.loadActors(Set(rows.compactMap(\.row?.did)))
        if !showsBlocked {
          try loader.loadBlocks(rows.compactMap(\.row?.did).map { BlockPair($0, did) })
        }
        return Views.Batch(rows: rows, next: page.next)
      }
      return Views.Batch(
        rows: batch.rows.map { row, position in
          let view = row.flatMap { subject, record -> AppBsky.Actor.Defs.ProfileView? in
            let isBlocked = builder.data.isBlocked(subject) || builder.data.hasBlock(did, subject)
            guard showsBlocked || !isBlocked, !builder.data.isRemoved(record) else { return nil }
            return builder.profile(subject)
          }
          return (view, position)
        },
        next: batch.next
      )
    }
  }
}

/// `app.bsky.graph.getRelationships`
struct RelationshipsHandler: AppBsky.Graph.GetRelationships.IndexHandler {
  static let requiredCollections = [Collections.follow]

  func respond(
    to request: IndexRequest<AppBsky.Graph.GetRelationships>
  ) async throws -> AppBsky.Graph.GetRelationships.Output {
    let parameters = request.parameters
    return try await request.index.read { index in
      guard let name = try? parameters.actor.parsed(), let actor = try index.account(name),
        actor.isVisible
      else {
        throw AppBsky.Graph.GetRelationships.Failure.actorNotFound(message: "Actor not found")
      }
      let names = parameters.others ?? []
      let others = try names.map { name in
        try (try? name.parsed()).flatMap { try index.account($0) }
          .flatMap { $0.isVisible ? $0.did : nil }
      }
      // The relations of the actor, whoever asks: they are public records.
      var loader = ViewLoader(index, viewer: actor.did)
      try loader.loadActors(Set(others.compactMap(\.self)))
      return AppBsky.Graph.GetRelationships.Output(
        actor: FormatString(actor.did),
        relationships: zip(names, others).map { name, did in
          guard let did else {
            return .notFoundActor(AppBsky.Graph.Defs.NotFoundActor(actor: name, notFound: true))
          }
          let relation = loader.data.actors.relations[did] ?? Relation()
          return .relationship(
            AppBsky.Graph.Defs.Relationship(
              did: FormatString(did),
              following: relation.following.map { FormatString($0.uri) },
              followedBy: relation.followedBy.map { FormatString($0.uri) },
              blocking: relation.blocking.map { FormatString($0.uri) },
              blockedBy: relation.blockedBy.map { FormatString($0.uri) }
            )
          )
        }
      )
    }
  }
}

/// `app.bsky.graph.getBlocks`
struct BlocksHandler: AppBsky.Graph.GetBlocks.IndexHandler {
  static let requiresViewer = true
  static let requiredCollections = [Collections.block]
  let pictures: PictureURLs

  func respond(
    to request: IndexRequest<AppBsky.Graph.GetBlocks>
  ) async throws -> AppBsky.Graph.GetBlocks.Output {
    guard let viewer = request.viewer else { throw XRPCServerError.viewerMissing }
    let views = Views(request.context, pictures)
    let page = try await LinkedActors(source: .blocks, views: views, showsBlocked: true).page(
      of: viewer,
      limit: request.parameters.limit,
      after: request.parameters.cursor,
      scope: AppBsky.Graph.GetBlocks.nsid
    ) { record in
      try IndexRecord<AppBsky.Graph.Block>(record)?.value.subject.parsed()
    }
    return AppBsky.Graph.GetBlocks.Output(cursor: page.cursor, blocks: page.rows)
  }
}

/// `app.bsky.graph.getMutes`
struct MutesHandler: AppBsky.Graph.GetMutes.IndexHandler {
  static let requiresViewer = true
  let pictures: PictureURLs

  func respond(
    to request: IndexRequest<AppBsky.Graph.GetMutes>
  ) async throws -> AppBsky.Graph.GetMutes.Output {
    guard let viewer = request.viewer else { throw XRPCServerError.viewerMissing }
    let views = Views(request.context, pictures)
    let page = try await Views.page(
      limit: request.parameters.limit,
      after: request.parameters.cursor,
      scope: "\(AppBsky.Graph.GetMutes.nsid) \(viewer)"
    ) { position, limit in
      let (batch, builder) = try await views.load { loader in
        try Self.batch(&loader, viewer, after: position, limit: limit)
      }
      return Views.Batch(
        rows: batch.rows.map { did, position in (did.flatMap { builder.profile($0) }, position) },
        next: batch.next
      )
    }
    return AppBsky.Graph.GetMutes.Output(cursor: page.cursor, mutes: page.rows)
  }

  private static func batch(
    _ loader: inout ViewLoader,
    _ viewer: DID,
    after position: RecordPosition?,
    limit: Int
  ) throws -> Views.Batch<DID> {
    var before: Int64?
    if let position {
      guard case .integer(let number) = position.value else {
        throw IndexQueryError(.invalidCursor, "the cursor is not one of this list")
      }
      before = number
    }
    let page = try loader.index.snapshot.viewers.mutes(of: viewer, before: before, limit: limit)
    try loader.loadActors(Set(page.elements.map(\.did)))
    return Views.Batch(
      rows: page.elements.map { mute in
        (mute.did, RecordPosition(value: .integer(mute.position), uri: mute.did.string))
      },
      next: page.next.map { RecordPosition(value: .integer($0), uri: "") }
    )
  }
}

/// `app.bsky.graph.muteActor`
struct MuteHandler: AppBsky.Graph.MuteActor.IndexHandler {
  func respond(
    to request: IndexProcedureRequest<AppBsky.Graph.MuteActor>
  ) async throws -> NoBody {
    try await request.setMuted(request.input.actor, true)
    return NoBody()
  }
}

/// `app.bsky.graph.unmuteActor`
struct UnmuteHandler: AppBsky.Graph.UnmuteActor.IndexHandler {
  func respond(
    to request: IndexProcedureRequest<AppBsky.Graph.UnmuteActor>
  ) async throws -> NoBody {
    try await request.setMuted(request.input.actor, false)
    return NoBody()
  }
}

extension IndexProcedureRequest {
  /// Mutes an account that is known, visible or not, or ends that.
  fileprivate func setMuted(_ actor: FormatString<ATIdentifier>, _ isMuted: Bool) async throws {
    guard let viewer else { throw XRPCServerError.viewerMissing }
    let account = try await index.read { index in try index.account(actor.parsed()) }
    guard let account else { throw XRPCServerError.invalidRequest("Actor not found") }
    guard account.did != viewer else {
      throw XRPCServerError.invalidRequest("cannot mute yourself")
    }
    try await index.store.write { transaction in
      try transaction.viewersWriting.setMuted(account.did, by: viewer, isMuted)
    }
  }
}
