package import ATProtoSyntax

/// Selects events.
package struct EventFilter: Sendable {
  package var scope: SubjectScope
  /// Nil for all kinds.
  package var kinds: Set<ModerationAction.Kind>?
  package var createdBy: DID?
  package var createdAfter: Int?
  package var createdBefore: Int?
  package var content: EventContent
  package var isAscending: Bool
  package var limit: Int

  package init(
    _ scope: SubjectScope = SubjectScope(),
    kinds: Set<ModerationAction.Kind>? = nil,
    createdBy: DID? = nil,
    createdAfter: Int? = nil,
    createdBefore: Int? = nil,
    content: EventContent = EventContent(),
    isAscending: Bool = false,
    limit: Int = 50
  ) {
    self.scope = scope
    self.kinds = kinds
    self.createdBy = createdBy
    self.createdAfter = createdAfter
    self.createdBefore = createdBefore
    self.content = content
    self.isAscending = isAscending
    self.limit = limit
  }

  package func matches(_ event: ModerationEvent) -> Bool {
    matches(event.action.kind, createdBy: event.createdBy.string, createdAt: event.createdAt)
      && scope.contains(event.subject) && content.matches(event)
  }

  /// Whether an event can match, by what is known before its body is decoded.
  package func matches(
    _ kind: ModerationAction.Kind?,
    createdBy creator: String,
    createdAt time: Int
  ) -> Bool {
    if let kinds, kind.map({ kinds.contains($0) }) != true { return false }
    if let createdBy, createdBy.string != creator { return false }
    return time > createdAfter ?? .min && time < createdBefore ?? .max
  }
}

/// Selects events by what they contain. An empty list matches every event.
package struct EventContent: Sendable {
  package var hasComment = false
  /// One of these must be a part of the comment.
  package var comment: [String] = []
  /// All of these must be in the event; so for the next three.
  package var addedLabels: [String] = []
  package var removedLabels: [String] = []
  package var addedTags: [String] = []
  package var removedTags: [String] = []
  /// One of these must be in the event; so for the next two.
  package var reportTypes: [String] = []
  package var policies: [String] = []
  package var tools: [String] = []
  package var batchID: String?

  package init() {}

  func matches(_ event: ModerationEvent) -> Bool {
    if hasComment, event.comment == nil { return false }
    if !comment.isEmpty {
      guard let text = event.comment?.lowercased(),
        comment.contains(where: { text.contains($0.lowercased()) })
      else {
        return false
      }
    }
    if let batchID, event.modTool?.batchID != batchID { return false }
    let action = event.action
    return Self.areAll(addedLabels, in: action.label?.created)
      && Self.areAll(removedLabels, in: action.label?.negated)
      && Self.areAll(addedTags, in: action.tag?.added)
      && Self.areAll(removedTags, in: action.tag?.removed)
      && Self.isAny(of: reportTypes, in: action.reportType.map { [$0] })
      && Self.isAny(of: policies, in: action.takedown?.policies)
      && Self.isAny(of: tools, in: event.modTool.map { [$0.name] })
  }

  private static func areAll(_ wanted: [String], in values: [String]?) -> Bool {
    wanted.allSatisfy { values?.contains($0) == true }
  }

  private static func isAny(of wanted: [String], in values: [String]?) -> Bool {
    wanted.isEmpty || values?.contains(where: wanted.contains) == true
  }
}

extension ModerationAction {
  var label: LabelAction? {
    if case .label(let action) = self { action } else { nil }
  }

  var tag: TagAction? {
    if case .tag(let action) = self { action } else { nil }
  }

  var takedown: TakedownAction? {
    if case .takedown(let action) = self { action } else { nil }
  }

  package var reportType: String? {
    if case .report(let type, _) = self { type } else { nil }
  }
}

extension String {
  /// Whether the string contains another one, apart from the case of letters.
  func containsIgnoringCase(_ other: String) -> Bool {
    lowercased().contains(other.lowercased())
  }
}
