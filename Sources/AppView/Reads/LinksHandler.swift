import ATProtoSyntax
import BlueMicrocosmAPI
import LexiconIndex
import XRPC
import XRPCServer

/// `blue.microcosm.links`: records that link to something, as Constellation serves them, for
/// everyone.
struct LinksHandler: BlueMicrocosm.Links.Handler {
  let reads: IndexReads
  let collections: IndexedCollections

  func getBacklinks(
    _ request: XRPCRequest<BlueMicrocosm.Links.GetBacklinks>
  ) async throws -> BlueMicrocosm.Links.GetBacklinks.Output {
    let parameters = request.parameters
    let target = parameters.subject.string
    guard let source = try source(parameters.source) else { return .init(total: 0, records: []) }
    let repos = try Self.dids(parameters.did)
    let scope = Self.scope("getBacklinks", target, source, parameters.did) + "\(parameters.reverse)"
    var query = LinkQuery(target: target, source: source, limit: parameters.limit)
    query.repos = repos
    query.isReversed = parameters.reverse
    query.after = try Self.position(parameters.cursor, scope)
    // The links of some accounts are counted one by one.
    let (page, count) = try await reads.read(repos == nil ? .light : .filter) { [query] snapshot in
      (try snapshot.links.page(query), try snapshot.links.count(target, source, repos: repos))
    }
    return BlueMicrocosm.Links.GetBacklinks.Output(
      total: count.records,
      records: page.elements.map { .init($0.address) },
      cursor: page.next?.cursor(scope: scope)
    )
  }

  func getBacklinksCount(
    _ request: XRPCRequest<BlueMicrocosm.Links.GetBacklinksCount>
  ) async throws -> BlueMicrocosm.Links.GetBacklinksCount.Output {
    let target = request.parameters.subject.string
    guard let source = try source(request.parameters.source) else { return .init(total: 0) }
    let count = try await reads.read { snapshot in
      try snapshot.links.count(target, source, repos: nil)
    }
    return BlueMicrocosm.Links.GetBacklinksCount.Output(total: count.records)
  }

  func getBacklinkDids(
    _ request: XRPCRequest<BlueMicrocosm.Links.GetBacklinkDids>
  ) async throws -> BlueMicrocosm.Links.GetBacklinkDids.Output {
    let parameters = request.parameters
    let target = parameters.subject.string
    guard let source = try source(parameters.source) else {
      return .init(total: 0, linkingDids: [])
    }
    let scope = Self.scope("getBacklinkDids", target, source)
    let position = try Self.position(parameters.cursor, scope)
    // Links that are not the newest of their accounts are skipped one by one.
    let (page, count) = try await reads.read(.filter) { snapshot in
      (
        try snapshot.links.accounts(target, source, after: position, limit: parameters.limit),
        try snapshot.links.count(target, source, repos: nil)
      )
    }
    return BlueMicrocosm.Links.GetBacklinkDids.Output(
      total: count.accounts,
      linkingDids: page.elements.map { FormatString($0) },
      cursor: page.next?.cursor(scope: scope)
    )
  }

  func getManyToMany(
    _ request: XRPCRequest<BlueMicrocosm.Links.GetManyToMany>
  ) async throws -> BlueMicrocosm.Links.GetManyToMany.Output {
    let parameters = request.parameters
    let target = parameters.subject.string
    guard let source = try source(parameters.source) else { return .init(items: []) }
    let otherPath = Self.path(parameters.pathToOther)
    let scope =
      Self.scope("getManyToMany", target, source, parameters.linkDid, parameters.otherSubject)
      + otherPath
    let position = try Self.describing { () throws(IndexQueryError) in
      try parameters.cursor.map { text throws(IndexQueryError) in
        try PageCursor(text, scope: scope).values
      }
    }
    var query = LinkQuery(target: target, source: source, limit: parameters.limit)
    query.repos = try Self.dids(parameters.linkDid)
    let page = try await reads.read(.filter) { [query] snapshot in
      try snapshot.links.pairs(query, otherPath, others: parameters.otherSubject, after: position)
    }
    return BlueMicrocosm.Links.GetManyToMany.Output(
      items: page.elements.map { pair in
        .init(linkRecord: .init(pair.record), otherSubject: pair.other)
      },
      cursor: page.next.map { PageCursor($0).text(scope: scope) }
    )
  }

  func getManyToManyCounts(
    _ request: XRPCRequest<BlueMicrocosm.Links.GetManyToManyCounts>
  ) async throws -> BlueMicrocosm.Links.GetManyToManyCounts.Output {
    let parameters = request.parameters
    let target = parameters.subject.string
    guard let source = try source(parameters.source) else { return .init(countsByOtherSubject: []) }
    let otherPath = Self.path(parameters.pathToOther)
    let scope =
      Self.scope("getManyToManyCounts", target, source, parameters.did, parameters.otherSubject)
      + otherPath
    let after = try Self.describing { () throws(IndexQueryError) in
      try parameters.cursor.map { text throws(IndexQueryError) in
        try PageCursor(text, scope: scope).text
      }
    }
    var query = LinkQuery(target: target, source: source, limit: parameters.limit)
    query.repos = try Self.dids(parameters.did)
    let page = try await reads.read(.filter) { [query] snapshot in
      try snapshot.links.pairCounts(
        query,
        otherPath,
        others: parameters.otherSubject,
        after: after
      )
    }
    return BlueMicrocosm.Links.GetManyToManyCounts.Output(
      countsByOtherSubject: page.elements.map { pair in
        .init(subject: pair.other, total: pair.count.records, distinct: pair.count.accounts)
      },
      cursor: page.next.map { PageCursor([.text($0)]).text(scope: scope) }
    )
  }
}

extension LinksHandler {
  /// Nil for a collection that is not served, to which nothing links. Throws 400 for text that is
  /// not a source.
  private func source(_ text: String) throws(XRPCServerError) -> LinkSource? {
    guard let source = LinkSource(text) else {
      throw .invalidRequest(
        "source must be a collection and a path: app.bsky.feed.like:subject.uri"
      )
    }
    return collections.contains(source.collection) ? source : nil
  }

  /// Constellation's clients may write a `.` before a path.
  private static func path(_ text: String) -> String {
    text.hasPrefix(".") ? String(text.dropFirst()) : text
  }

  private static func dids(_ texts: [FormatString<DID>]?) throws -> [DID]? {
    try texts.map { texts throws in try texts.map { text throws in try text.parsed() } }
  }

  private static func scope(
    _ method: String,
    _ target: String,
    _ source: LinkSource,
    _ dids: [FormatString<DID>]? = nil,
    _ others: [String]? = nil
  ) -> String {
    let lists = [dids?.map(\.string), others].map { list in
      list.map { $0.sorted().joined(separator: "\n") } ?? "*"
    }
    return ([method, target, source.text] + lists).joined(separator: "\0") + "\0"
  }

  private static func position(
    _ cursor: String?,
    _ scope: String
  ) throws(XRPCServerError) -> RecordPosition? {
    guard let cursor else { return nil }
    return try describing { () throws(IndexQueryError) in
      try RecordPosition(cursor: cursor, scope: scope)
    }
  }

  /// The lexicons declare no errors.
  private static func describing<Value>(
    _ body: () throws(IndexQueryError) -> Value
  ) throws(XRPCServerError) -> Value {
    do {
      return try body()
    } catch {
      throw .invalidRequest(error.reason)
    }
  }
}

extension PageCursor {
  /// The parts of a position none of whose parts is absent.
  fileprivate var values: [IndexValue] {
    get throws(IndexQueryError) {
      let values = parts.compactMap(\.self)
      guard values.count == parts.count else { throw Self.invalid }
      return values
    }
  }

  /// The only part of a position that is a text.
  fileprivate var text: String {
    get throws(IndexQueryError) {
      guard parts.count == 1, case .text(let text)? = parts[0] else { throw Self.invalid }
      return text
    }
  }

  private static let invalid = IndexQueryError(
    .invalidCursor,
    "the cursor is not one of this list"
  )
}

extension BlueMicrocosm.Links.GetBacklinks.LinkRecord {
  fileprivate init(_ address: RecordAddress) {
    self.init(
      did: FormatString(address.did),
      collection: FormatString(address.collection),
      rkey: FormatString(address.recordKey)
    )
  }
}

extension BlueMicrocosm.Links.GetManyToMany.LinkRecord {
  fileprivate init(_ address: RecordAddress) {
    self.init(
      did: FormatString(address.did),
      collection: FormatString(address.collection),
      rkey: FormatString(address.recordKey)
    )
  }
}
