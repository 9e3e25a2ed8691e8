import ATProtoLabels
import ATProtoSyntax
import AppBskyAPI
import AppView
import ComAtprotoAPI
import LexiconIndex

/// A record that an account is notified of.
struct NotificationEvent: Sendable {
  typealias Reason = AppBsky.Notification.ListNotifications.Notification.Reason

  var record: IndexedRecord
  var reason: Reason
  /// The URI of the account's record that it is about; nil for follows and mentions.
  var subject: String?
}

/// The notifications of an account. Nothing is stored for them: they are the records that link to
/// the account and to its records, merged by sort time.
struct Notifications: Sendable {
  let viewer: DID
  private let sources: [NotificationSource]
  private let onlyFollowed: Bool

  /// - Parameters:
  ///   - reasons: which to show; nil for all.
  ///   - onlyFollowed: whether to leave out those of accounts that the viewer does not follow.
  init(viewer: DID, reasons: [String]?, onlyFollowed: Bool) {
    self.viewer = viewer
    sources = NotificationSource.allCases.filter { source in
      reasons?.contains(source.reason.rawValue) ?? true
    }
    self.onlyFollowed = onlyFollowed
  }

  /// What a cursor belongs to.
  var scope: String { "\(viewer) \(sources) \(onlyFollowed)" }

  /// A part of the records that may be notifications, with all that decides whether they are.
  func batch(
    _ loader: inout ViewLoader,
    after position: RecordPosition?,
    limit: Int
  ) throws -> Views.Batch<NotificationEvent> {
    let index = loader.index
    let page = try MergedLinks.page(
      sources.map { source in { try source.page(index, viewer, after: $0, limit: $1) } },
      after: position,
      limit: limit
    )
    let records = try index.records(at: page.links.map(\.link.address))
    let rows = page.links.map { link, source in
      (
        row: records[link.address].flatMap { sources[source].event($0, viewer) },
        position: link.position
      )
    }
    let posts = rows.compactMap(\.row?.record.address).filter(\.isPost)
    try loader.fetch(posts)
    try loader.loadGates(posts)
    try loader.loadActors(Set(rows.compactMap(\.row?.record.address.did)))
    return Views.Batch(rows: rows, next: page.next)
  }

  /// Whether the viewer is notified of a record: "none for own records or of blocked or muted
  /// accounts", and none for a reply that a thread's gate refuses.
  func includes(_ event: NotificationEvent, _ data: ViewData) -> Bool {
    let address = event.record.address
    guard address.did != viewer, data.isVisible(address.did), !data.isBlocked(address.did),
      !data.isMuted(address.did), data.labels[address.uri]?.redactedBy == nil,
      !onlyFollowed || data.actors.relations[address.did]?.following != nil
    else { return false }
    return !(address.isPost && data.isRefused(address))
  }
}

/// Where notifications come from. A record that is in several sources is notified for the first of
/// them.
enum NotificationSource: String, CaseIterable, Sendable {
  case follow, like, repost
  case replyToParent, replyInThread
  case quote, quoteWithMedia
  case mention, typedMention

  var reason: NotificationEvent.Reason {
    switch self {
    case .follow: .follow
    case .like: .like
    case .repost: .repost
    case .replyToParent, .replyInThread: .reply
    case .quote, .quoteWithMedia: .quote
    case .mention, .typedMention: .mention
    }
  }

  /// A part of the records, newest first.
  func page(
    _ index: IndexState,
    _ viewer: DID,
    after position: RecordPosition?,
    limit: Int
  ) throws -> IndexPage<LinkedRecord, RecordPosition> {
    switch self {
    case .follow: try MergedLinks.links(index, to: viewer.string, .follows)(position, limit)
    case .mention:
      try MergedLinks.links(index, to: viewer.string, LinkSource.mentions[0])(position, limit)
    case .typedMention:
      try MergedLinks.links(index, to: viewer.string, LinkSource.mentions[1])(position, limit)
    case .like: try links(index, Collections.like, "subject.uri", viewer, position, limit)
    case .repost: try links(index, Collections.repost, "subject.uri", viewer, position, limit)
    case .replyToParent:
      try links(index, Collections.post, "reply.parent.uri", viewer, position, limit)
    case .replyInThread:
      try links(index, Collections.post, "reply.root.uri", viewer, position, limit)
    case .quote:
      try links(
        index,
        Collections.post,
        "embed[app.bsky.embed.record].record.uri",
        viewer,
        position,
        limit
      )
    case .quoteWithMedia:
      try links(
        index,
        Collections.post,
        "embed[app.bsky.embed.recordWithMedia].record.record.uri",
        viewer,
        position,
        limit
      )
    }
  }

  /// The records with a link to any record of the viewer.
  private func links(
    _ index: IndexState,
    _ collection: NSID,
    _ path: String,
    _ viewer: DID,
    _ position: RecordPosition?,
    _ limit: Int
  ) throws -> IndexPage<LinkedRecord, RecordPosition> {
    guard let plan = index.plan[collection] else { return IndexPage([]) }
    var query = RecordQuery(collection: collection, limit: limit)
    query.conditions = [
      FieldCondition(
        field: try plan.field(path),
        test: .hasPrefix(Self.prefix(of: viewer))
      )
    ]
    query.after = position
    let page = try index.snapshot.records.query(query)
    return IndexPage(
      page.elements.map { record in
        LinkedRecord(
          address: record.address,
          sortAt: record.sortAt,
          indexedAt: record.indexedAt
        )
      },
      next: page.next
    )
  }

  private static func prefix(of viewer: DID) -> String { "at://\(viewer.string)/" }

  /// The record as a notification; nil if it violates its lexicon.
  func event(_ record: IndexedRecord, _ viewer: DID) -> NotificationEvent? {
    let prefix = Self.prefix(of: viewer)
    var subject: String?
    switch self {
    case .follow:
      guard record.isValid else { return nil }
    case .like:
      guard let like = IndexRecord<AppBsky.Feed.Like>(record) else { return nil }
      subject = like.value.subject.uri.string
    case .repost:
      guard let repost = IndexRecord<AppBsky.Feed.Repost>(record) else { return nil }
      subject = repost.value.subject.uri.string
    case .replyToParent, .replyInThread:
      guard let reply = IndexRecord<Post>(record)?.value.reply else { return nil }
      subject = [reply.parent.uri.string, reply.root.uri.string].first { $0.hasPrefix(prefix) }
    case .quote, .quoteWithMedia:
      guard let post = IndexRecord<Post>(record) else { return nil }
      subject = post.value.embeddedURI
    case .mention, .typedMention:
      guard record.isValid else { return nil }
    }
    return NotificationEvent(record: record, reason: reason, subject: subject)
  }
}
