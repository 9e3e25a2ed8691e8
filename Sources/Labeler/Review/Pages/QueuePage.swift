import ATProtoAuth
import ATProtoSyntax
import Templating
import XRPCServer

/// The queue: the subjects that wait for review, the newest report first.
struct QueuePage: Sendable {
  private static let pageSize = 25
  private static let maximumCount = 100

  let desk: ModerationDesk
  /// Milliseconds since 1970.
  let now: @Sendable () -> Int

  /// What a tab of the queue shows.
  enum Tab: String, CaseIterable, Sendable {
    case open, escalated, appealed, closed

    var title: String {
      switch self {
      case .open: "Open"
      case .escalated: "Escalated"
      case .appealed: "Appealed"
      case .closed: "Closed"
      }
    }

    var filter: StatusFilter {
      switch self {
      case .open: return StatusFilter(state: .open)
      case .escalated: return StatusFilter(state: .escalated)
      case .closed: return StatusFilter(state: .closed, order: StatusOrder(.reviewed))
      case .appealed:
        var filter = StatusFilter()
        filter.isAppealed = true
        return filter
      }
    }
  }

  func page(_ request: ReviewRequest, _ visitor: ReviewVisitor) async throws -> ReviewPage {
    let tab = request.query["tab"].flatMap(Tab.init) ?? .open
    var filter = tab.filter
    filter.order.limit = Self.pageSize
    let (statuses, cursor) = try await desk.statuses(filter, after: request.query["cursor"])
    var rows: [TemplateView] = []
    for status in statuses { rows.append(try await row(status)) }
    var tabs: [TemplateView] = []
    for other in Tab.allCases { tabs.append(try await view(of: other, isCurrent: other == tab)) }
    let done = request.query["done"].flatMap(ReviewAction.Kind.init)
    return ReviewPage(
      title: "\(tab.title) reports",
      template: .queue,
      values: [
        "title": "\(tab.title) reports",
        "notice": done.map { [$0.notice] } ?? [],
        "tabs": tabs,
        "rows": rows,
        "isEmpty": rows.isEmpty,
        "next": cursor.map { cursor in
          ["/review/?" + ReviewLink.query([("tab", tab.rawValue), ("cursor", cursor)])]
        } ?? [],
      ],
      visitor: visitor
    )
  }

  /// The first subject of the queue that is not the one that was just worked on; nil at its end.
  func nextOpen(except key: SubjectKey) async throws -> String? {
    let scope = SubjectScope(ignored: [key])
    let filter = StatusFilter(scope, state: .open, order: StatusOrder(limit: 1))
    return try await desk.statuses(filter).statuses.first?.subject.uri
  }

  private func view(of tab: Tab, isCurrent: Bool) async throws -> TemplateView {
    let count: Int? =
      switch tab {
      case .open: try await desk.count(.open, upTo: Self.maximumCount + 1)
      case .escalated: try await desk.count(.escalated, upTo: Self.maximumCount + 1)
      case .appealed: try await appealCount()
      case .closed: nil
      }
    let text = count.map { $0 > Self.maximumCount ? "\(Self.maximumCount)+" : "\($0)" }
    return TemplateView([
      "title": tab.title,
      "url": "/review/?tab=\(tab.rawValue)",
      "isCurrent": isCurrent,
      "count": text.map { [$0] } ?? [],
    ])
  }

  private func appealCount() async throws -> Int {
    var filter = Tab.appealed.filter
    filter.order.limit = Self.maximumCount
    let (statuses, cursor) = try await desk.statuses(filter)
    return statuses.count + (cursor == nil ? 0 : 1)
  }

  private func row(_ status: SubjectStatus) async throws -> TemplateView {
    let maximum = 20
    let filter = EventFilter(
      SubjectScope(.one(status.subject.key)),
      kinds: [.report],
      limit: maximum
    )
    let (reports, cursor) = try await desk.events(filter)
    let reasons = reports.compactMap { $0.action.reportType.map(ReviewText.reason) }
    let time = status.reports.at ?? status.updatedAt
    return TemplateView([
      "subject": ReviewText.cleaned(status.subject.uri, maximum: 300),
      "kind": status.subject.record?.collection?.string ?? "account",
      "url": ReviewLink.subject(status.subject.uri),
      "reasons": Set(reasons).sorted().joined(separator: ", "),
      "count": cursor == nil ? "\(reports.count)" : "\(maximum)+",
      "time": ReviewText.time(time),
      "age": ReviewText.age(time, at: now()),
      "isTakenDown": status.takedown != nil,
      "isAppealed": status.reports.isAppealed,
    ])
  }
}
