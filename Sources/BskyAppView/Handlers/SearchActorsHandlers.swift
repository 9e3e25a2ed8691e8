import ATProtoSyntax
import AppBskyAPI
import AppView
import LexiconIndex

/// `app.bsky.actor.searchActors`
struct SearchActorsHandler: AppBsky.Actor.SearchActors.IndexHandler {
  static let requiredCollections = [Collections.profile]
  let pictures: PictureURLs

  func respond(
    to request: IndexRequest<AppBsky.Actor.SearchActors>
  ) async throws -> AppBsky.Actor.SearchActors.Output {
    let parameters = request.parameters
    let search = ActorSearch(parameters.q ?? parameters.term ?? "")
    let page = try await search.page(
      Views(request.context, pictures),
      limit: parameters.limit,
      after: parameters.cursor
    ) { $0.profile($1) }
    return AppBsky.Actor.SearchActors.Output(cursor: page.cursor, actors: page.rows)
  }
}

/// `app.bsky.actor.searchActorsTypeahead`: the first accounts of `searchActors`.
struct SearchActorsTypeaheadHandler: AppBsky.Actor.SearchActorsTypeahead.IndexHandler {
  static let requiredCollections = [Collections.profile]
  let pictures: PictureURLs

  func respond(
    to request: IndexRequest<AppBsky.Actor.SearchActorsTypeahead>
  ) async throws -> AppBsky.Actor.SearchActorsTypeahead.Output {
    let parameters = request.parameters
    let search = ActorSearch(parameters.q ?? parameters.term ?? "")
    let page = try await search.page(
      Views(request.context, pictures),
      limit: parameters.limit,
      after: nil
    ) { $0.profileBasic($1) }
    return AppBsky.Actor.SearchActorsTypeahead.Output(actors: page.rows)
  }
}

/// Accounts whose handle begins with a term, then those with its words in their profile.
struct ActorSearch: Sendable {
  let term: String
  /// The term as the beginning of a handle; nil if no handle begins like this.
  private let prefix: String?

  init(_ term: String) {
    self.term = term
    var prefix = term.lowercased()
    if prefix.hasPrefix("@") { prefix.removeFirst() }
    let isPrefix =
      !prefix.isEmpty && prefix.utf8.count <= 253
      && prefix.utf8.allSatisfy { byte in
        (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x2D || byte == 0x2E
      }
    self.prefix = isPrefix ? prefix : nil
  }

  /// A page of the views of accounts. One in a block with the viewer is found by its whole handle
  /// only, so that the block can be ended.
  func page<Row>(
    _ views: Views,
    limit: Int,
    after cursor: String?,
    _ view: (ViewBuilder, DID) -> Row?
  ) async throws -> (rows: [Row], cursor: String?) {
    try await Views.page(
      limit: limit,
      after: cursor,
      scope: "\(AppBsky.Actor.SearchActors.nsid) \(term)"
    ) { position, limit in
      let (batch, builder) = try await views.load { loader in
        let batch = try self.batch(&loader, after: position, limit: limit)
        try loader.loadActors(Set(batch.rows.compactMap(\.row)))
        return batch
      }
      return Views.Batch(
        rows: batch.rows.map { did, position in
          let row = did.flatMap { did -> Row? in
            let handle = builder.data.actors.accounts[did]?.handle?.normalized.string
            guard !builder.data.isBlocked(did) || (handle != nil && handle == prefix) else {
              return nil
            }
            return view(builder, did)
          }
          return (row, position)
        },
        next: batch.next
      )
    }
  }

  /// Handles have positions without a value, which end before those of profiles begin.
  private func batch(
    _ loader: inout ViewLoader,
    after position: RecordPosition?,
    limit: Int
  ) throws -> Views.Batch<DID> {
    var rows: [(row: DID?, position: RecordPosition)] = []
    if position?.value == nil, let prefix {
      let found = try loader.index.snapshot.accounts.accounts(
        handlePrefix: prefix,
        after: position?.uri,
        limit: limit
      )
      for account in found {
        guard let handle = account.handle?.normalized.string else { continue }
        rows.append((account.did, RecordPosition(value: nil, uri: handle)))
      }
      guard rows.count < limit else { return Views.Batch(rows: rows, next: rows.last?.position) }
    }
    // A term without words, such as one with only excluded ones, still finds handles.
    guard let search = try? loader.index.collectionPlan(Profile.self).search(term, fields: nil)
    else { return Views.Batch(rows: rows) }
    var query = RecordQuery(collection: Collections.profile, limit: limit - rows.count)
    query.search = search
    query.after = position?.value == nil ? nil : position
    let page = try loader.index.snapshot.records.query(query)
    try loader.loadActors(Set(page.elements.map(\.address.did)))
    for record in page.elements {
      let did = record.address.did
      let isLeftOut =
        record.address != .profile(of: did) || hasPrefix(loader.data.actors.accounts[did])
      rows.append((isLeftOut ? nil : did, record.position))
    }
    return Views.Batch(rows: rows, next: page.next)
  }

  /// Whether an account is among those that are found by their handles.
  private func hasPrefix(_ account: IndexedAccount?) -> Bool {
    guard let prefix, let handle = account?.handle?.normalized.string else { return false }
    return handle.utf8.starts(with: prefix.utf8)
  }
}
