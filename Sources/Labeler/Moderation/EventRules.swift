import ATProtoData
import ATProtoLabels
import ATProtoSyntax
import XRPCServer

/// Which events are well-formed, and who may record them.
enum EventRules {
  static let hours = 1...876_000
  static let maximumValues = 50
  static let maximumBlobs = 32
  static let maximumCommentBytes = 20_000
  static let maximumToolBytes = 8 << 10
  static let maximumNameBytes = 300

  /// Throws `InvalidRequest` unless an event is well-formed, and `Forbidden` unless the moderator may
  /// record it.
  static func check(_ event: NewEvent, by moderator: Moderator) throws(XRPCServerError) {
    guard moderator.role >= requiredRole(event) else {
      throw .forbidden(
        "the role \(moderator.role) may not record this event about this subject"
      )
    }
    try checkEnvelope(event)
    switch event.action {
    case .label(let action): try check(action)
    case .tag(let action): try check(action)
    case .takedown(let action):
      guard event.subject.isAccount || event.subject.cid != nil else {
        throw .invalidRequest("the takedown of a record must name its CID, which is not known")
      }
      try check(action)
    case .mute(let hours): try check(hours: hours)
    case .muteReporter(let hours):
      try check(hours: hours)
      try requireAccount(event, "a reporter")
    case .unmuteReporter: try requireAccount(event, "a reporter")
    case .email(let action):
      try check(action)
      try requireAccount(event, "the recipient of an email")
    case .priorityScore(let score):
      guard (0...100).contains(score) else { throw .invalidRequest("score must be from 0 to 100") }
    case .report(let type, _):
      guard !type.isEmpty, type.utf8.count <= maximumNameBytes else {
        throw .invalidRequest("reportType must have from 1 to \(maximumNameBytes) bytes")
      }
    case .acknowledge, .escalate, .comment, .reverseTakedown, .resolveAppeal, .unmute: break
    }
  }

  /// The lowest role that may record an event.
  static func requiredRole(_ event: NewEvent) -> Role {
    let isOfFeed = event.subject.record?.collection?.string == "app.bsky.feed.generator"
    if isOfFeed, case .label(let action) = event.action,
      !LabelValue.redacting.isDisjoint(with: action.created + action.negated)
    {
      return .admin
    }
    return switch event.action {
    case .takedown, .reverseTakedown:
      // Feeds of many people depend on these records.
      isOfFeed ? .admin : .moderator
    case .label, .email: .moderator
    default: .triage
    }
  }

  private static func checkEnvelope(_ event: NewEvent) throws(XRPCServerError) {
    guard (event.comment?.utf8.count ?? 0) <= maximumCommentBytes else {
      throw .invalidRequest("comment must have at most \(maximumCommentBytes) bytes")
    }
    guard event.subject.blobs.count <= maximumBlobs else {
      throw .invalidRequest("subjectBlobCids must have at most \(maximumBlobs) elements")
    }
    if let tool = event.modTool { try check(tool) }
    if let externalID = event.externalID {
      guard isName(externalID) else {
        throw .invalidRequest("externalId must have from 1 to \(maximumNameBytes) bytes")
      }
    }
  }

  static func check(_ tool: ModTool) throws(XRPCServerError) {
    let size = tool.name.utf8.count + (tool.meta?.cborBytes().count ?? 0)
    guard size <= maximumToolBytes else {
      throw .invalidRequest("modTool must have at most \(maximumToolBytes) bytes")
    }
  }

  private static func check(_ action: LabelAction) throws(XRPCServerError) {
    let values = action.created + action.negated
    guard (1...maximumValues).contains(values.count) else {
      throw .invalidRequest(
        "createLabelVals and negateLabelVals must have from 1 to \(maximumValues) values in all"
      )
    }
    for value in values {
      if case .invalid(let reason) = LabelValue.check(value) {
        throw .invalidRequest("'\(value.prefix(128))' is not a valid label value: \(reason)")
      }
    }
    if let both = Set(action.created).intersection(action.negated).min() {
      throw .invalidRequest("the label '\(both)' cannot be both created and negated")
    }
    try check(hours: action.hours)
  }

  /// SQLite reads text up to the first NUL.
  private static func isName(_ text: String) -> Bool {
    (1...maximumNameBytes).contains(text.utf8.count) && !text.utf8.contains(0)
  }

  private static func check(_ action: TagAction) throws(XRPCServerError) {
    let names = action.added + action.removed
    guard (1...maximumValues).contains(names.count) else {
      throw .invalidRequest("add and remove must have from 1 to \(maximumValues) tags in all")
    }
    guard names.allSatisfy({ isName($0) }) else {
      throw .invalidRequest("a tag must have from 1 to \(maximumNameBytes) bytes, none of them NUL")
    }
    if let both = Set(action.added).intersection(action.removed).min() {
      throw .invalidRequest("the tag '\(both)' cannot be both added and removed")
    }
    try check(hours: action.hours)
  }

  private static func check(_ action: TakedownAction) throws(XRPCServerError) {
    try check(hours: action.hours)
    if let name = action.targets.first(where: { PushTarget.Kind(rawValue: $0) == nil }) {
      throw .invalidRequest("'\(name.prefix(100))' is not a service that takedowns are pushed to")
    }
  }

  private static func check(_ action: EmailAction) throws(XRPCServerError) {
    guard (1...maximumNameBytes).contains(action.subjectLine.utf8.count) else {
      throw .invalidRequest("subjectLine must have from 1 to \(maximumNameBytes) bytes")
    }
    guard let content = action.content, !content.isEmpty, content.utf8.count <= 50_000 else {
      throw .invalidRequest("content must have from 1 to 50000 bytes")
    }
  }

  private static func check(hours: Int?) throws(XRPCServerError) {
    guard let hours, !self.hours.contains(hours) else { return }
    throw .invalidRequest(
      "durationInHours must be from \(self.hours.lowerBound) to \(self.hours.upperBound)"
    )
  }

  private static func requireAccount(
    _ event: NewEvent,
    _ what: String
  ) throws(XRPCServerError) {
    guard event.subject.isAccount else {
      throw .invalidRequest("the subject must be an account: only an account can be \(what)")
    }
  }
}
