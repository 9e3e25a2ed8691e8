import ATProtoData
import ATProtoSyntax
import AppBskyAPI
import AppView
import ComAtprotoAPI
import LexiconIndex
import XRPC
import XRPCServer

/// `app.bsky.notification.listNotifications`
struct NotificationsHandler: AppBsky.Notification.ListNotifications.IndexHandler {
  static let requiresViewer = true
  static let requiredCollections = [Collections.post]
  let pictures: PictureURLs

  typealias Notification = AppBsky.Notification.ListNotifications.Notification

  func respond(
    to request: IndexRequest<AppBsky.Notification.ListNotifications>
  ) async throws -> AppBsky.Notification.ListNotifications.Output {
    guard let viewer = request.viewer else { throw XRPCServerError.viewerMissing }
    let parameters = request.parameters
    let notifications = Notifications(
      viewer: viewer,
      reasons: parameters.reasons,
      onlyFollowed: parameters.priority ?? false
    )
    let views = Views(request.context, pictures)
    let seenAt = try await request.index.read { try $0.snapshot.viewers.seenAt(of: viewer) }
    let page = try await Views.page(
      limit: parameters.limit,
      after: parameters.cursor,
      scope: "\(AppBsky.Notification.ListNotifications.nsid) \(notifications.scope)"
    ) { position, limit in
      let (batch, builder) = try await views.load { loader in
        try notifications.batch(&loader, after: position, limit: limit)
      }
      return Views.Batch(
        rows: batch.rows.map { event, position in
          (event.flatMap { Self.view($0, seenAt: seenAt, notifications, builder) }, position)
        },
        next: batch.next
      )
    }
    return AppBsky.Notification.ListNotifications.Output(
      cursor: page.cursor,
      notifications: page.rows,
      priority: parameters.priority ?? false,
      seenAt: seenAt.map { FormatString(microseconds: $0) }
    )
  }

  private static func view(
    _ event: NotificationEvent,
    seenAt: Int64?,
    _ notifications: Notifications,
    _ builder: ViewBuilder
  ) -> Notification? {
    guard notifications.includes(event, builder.data),
      let author = builder.profile(event.record.address.did),
      let record = try? event.record.verbatim()
    else { return nil }
    return Notification(
      uri: FormatString(event.record.uri),
      cid: FormatString(event.record.cid.string),
      author: author,
      reason: event.reason,
      reasonSubject: event.subject.map { FormatString($0) },
      record: record,
      isRead: seenAt.map { event.record.sortAt <= $0 } ?? false,
      indexedAt: FormatString(microseconds: event.record.sortAt),
      labels: builder.labels(event.record.uri)
    )
  }
}

/// `app.bsky.notification.getUnreadCount`
struct UnreadCountHandler: AppBsky.Notification.GetUnreadCount.IndexHandler {
  static let requiresViewer = true
  static let requiredCollections = [Collections.post]

  /// The highest count that is reported.
  private static let maximum = 1_000

  func respond(
    to request: IndexRequest<AppBsky.Notification.GetUnreadCount>
  ) async throws -> AppBsky.Notification.GetUnreadCount.Output {
    guard let viewer = request.viewer else { throw XRPCServerError.viewerMissing }
    let notifications = Notifications(
      viewer: viewer,
      reasons: nil,
      onlyFollowed: request.parameters.priority ?? false
    )
    let views = Views(request.context, PictureURLs())
    var seenAt = try await request.index.read { try $0.snapshot.viewers.seenAt(of: viewer) }
    if let time = try? request.parameters.seenAt?.parsed() { seenAt = time.microseconds }
    var count = 0
    var position: RecordPosition?
    for _ in 0..<Views.maximumBatches {
      let (batch, builder) = try await views.load { [position] loader in
        try notifications.batch(&loader, after: position, limit: Views.batchSize)
      }
      for case let event? in batch.rows.map(\.row) where event.record.sortAt > seenAt ?? .min {
        if notifications.includes(event, builder.data) { count += 1 }
      }
      position = batch.next
      guard count < Self.maximum, case .instant(let time)? = position?.value,
        time > seenAt ?? .min
      else { break }
    }
    return AppBsky.Notification.GetUnreadCount.Output(count: min(count, Self.maximum))
  }
}

/// `app.bsky.notification.updateSeen`
struct UpdateSeenHandler: AppBsky.Notification.UpdateSeen.IndexHandler {
  func respond(
    to request: IndexProcedureRequest<AppBsky.Notification.UpdateSeen>
  ) async throws -> NoBody {
    guard let viewer = request.viewer else { throw XRPCServerError.viewerMissing }
    let time = try request.input.seenAt.parsed().microseconds
    try await request.index.store.write { transaction in
      try transaction.viewersWriting.setSeenAt(time, of: viewer)
    }
    return NoBody()
  }
}
