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
  /// The account's records that it may be about, the first of which that exists it is about. Empty
  /// for follows and mentions.
  var subjects: [RecordAddress] = []

  /// The URI of the account's record that it is about; nil for follows and mentions.
  var subject: String? { subjects.first?.uri }

  /// The event, about a record that exists; nil if there is none anymore.
  func about(_ records: [RecordAddress: IndexedRecord]) -> NotificationEvent? {
    guard !subjects.isEmpty else { return self }
    guard let subject = subjects.first(where: { records[$0] != nil }) else { return nil }
    var event = self
    event.subjects = [subject]
    return event
  }
}

/// The notifications of an account. Nothing is stored for them: they are the records that link to
/// the account and to its records, merged by sort time.
struct Notifications: Sendable {
  let viewer: DID
  private let sources: [NotificationSource]
  /// The reasons that are shown; nil for all.
  private let reasons: Set<String>?
  private let onlyFollowed: Bool

  /// - Parameters:
  ///   - reasons: which to show; nil for all.
  ///   - onlyFollowed: whether to leave out those of accounts that the viewer does not follow.
  init(viewer: DID, reasons: [String]?, onlyFollowed: Bool) {
    self.viewer = viewer
    self.reasons = reasons.map { Set($0) }
    self.onlyFollowed = onlyFollowed
    let wanted = NotificationSource.allCases.filter { source in
      reasons?.contains(source.reason.rawValue) ?? true
    }
    // A post has the first of its reasons, whichever are shown: all of them must be looked for.
    let wantsPosts = wanted.contains(where: \.isOfPosts)
    sources = NotificationSource.allCases.filter { source in
      wanted.contains(source) || wantsPosts && source.isOfPosts
    }
  }

  /// What a cursor belongs to.
  var scope: String { "\(viewer) \(reasons?.sorted() ?? []) \(reasons == nil) \(onlyFollowed)" }

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
    let events = page.links.map { link, source in
      records[link.address].map { sources[source].events($0, viewer) } ?? []
    }
    let subjects = try index.records(at: events.flatMap { $0.flatMap(\.subjects) })
    let rows = zip(events, page.links).map { events, link in
      let event = events.lazy.compactMap { $0.about(subjects) }.first
      return (
        row: event.flatMap { reasons?.contains($0.reason.rawValue) ?? true ? $0 : nil },
        position: link.link.position
      )
    }
    let shown = rows.compactMap(\.row)
    let posts = shown.map(\.record.address).filter(\.isPost)
    try loader.fetch(posts)
    try loader.loadGates(posts)
    try loader.loadPostgates(of: shown.filter { $0.reason == .quote }.flatMap(\.subjects))
    try loader.loadActors(Set(shown.map(\.record.address.did)))
    loader.note(shown.map(\.record))
    return Views.Batch(rows: rows, next: page.next)
  }

  /// Whether the viewer is notified of a record: "none for own records or of blocked or muted
  /// accounts", none for a reply that a thread's gate refuses or that the viewer hid, and none for
  /// a quote that the gate of the quoted post forbids.
  func includes(_ event: NotificationEvent, _ data: ViewData) -> Bool {
    let address = event.record.address
    guard address.did != viewer, data.isVisible(address.did), !data.isBlocked(address.did),
      !data.isMuted(address.did), !data.isRemoved(address),
      !onlyFollowed || data.actors.relations[address.did]?.following != nil
    else { return false }
    switch event.reason {
    case .reply: return !data.isRefused(address) && !isHidden(address, data)
    case .quote:
      return !data.isRefused(address)
        && !event.subjects.contains { data.isForbidden($0, in: event.record) }
    default: return !(address.isPost && data.isRefused(address))
    }
  }

  /// Whether the viewer hid a reply in a thread of their own.
  private func isHidden(_ reply: RecordAddress, _ data: ViewData) -> Bool {
    (data.posts.roots[reply] ?? []).contains { root in
      root.did == viewer
        && data.posts.gates[root]?.record.value.hiddenReplies?
          .contains { $0.string == reply.uri } == true
    }
  }
}

/// Where notifications come from. A record that is in several sources is notified once.
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

  /// Whether the records are posts, which may have several reasons.
  var isOfPosts: Bool {
    switch self {
    case .follow, .like, .repost: false
    case .replyToParent, .replyInThread, .quote, .quoteWithMedia, .mention, .typedMention: true
    }
  }

  /// The events that the record may be, by precedence; none if it violates its lexicon.
  func events(_ record: IndexedRecord, _ viewer: DID) -> [NotificationEvent] {
    guard record.isValid else { return [] }
    func event(_ reason: NotificationEvent.Reason, _ linked: RecordAddress?...)
      -> NotificationEvent?
    {
      let own = linked.compactMap(\.self).filter { $0.did == viewer && ($0.isPost || !isOfPosts) }
      return own.isEmpty ? nil : NotificationEvent(record: record, reason: reason, subjects: own)
    }
    switch self {
    case .follow:
      return [NotificationEvent(record: record, reason: .follow)]
    case .like:
      let like = IndexRecord<AppBsky.Feed.Like>(record)?.value
      return [event(.like, like.flatMap { RecordAddress($0.subject.uri.string) })]
        .compactMap(\.self)
    case .repost:
      let repost = IndexRecord<AppBsky.Feed.Repost>(record)?.value
      return [event(.repost, repost.flatMap { RecordAddress($0.subject.uri.string) })]
        .compactMap(\.self)
    case .replyToParent, .replyInThread, .quote, .quoteWithMedia, .mention, .typedMention:
      guard let post = IndexRecord<Post>(record)?.value else { return [] }
      return [
        event(.reply, post.parentAddress, post.rootAddress),
        event(.quote, post.embeddedAddress),
        post.mentions.contains(viewer.string)
          ? NotificationEvent(record: record, reason: .mention) : nil,
      ].compactMap(\.self)
    }
  }
}
