/// The labels that follow from events.
enum LabelChanges {
  /// - Parameter before: the status of the subject before the event.
  static func changes(of event: ModerationEvent, before: SubjectStatus?) -> [LabelChange] {
    switch event.action {
    case .label(let action):
      let expiry = action.hours.map { event.createdAt + $0.hoursInMilliseconds }
      return action.created.map { value in
        change(event, value, expiresAt: expiry)
      } + action.negated.map { value in change(event, value, isNegated: true) }
    case .takedown(let action):
      let expiry = action.hours.map { event.createdAt + $0.hoursInMilliseconds }
      return [change(event, value(event.subject, isSuspension: expiry != nil), expiresAt: expiry)]
    case .reverseTakedown:
      let isSuspension = before?.takedown?.until != nil
      return [change(event, value(event.subject, isSuspension: isSuspension), isNegated: true)]
    default:
      return []
    }
  }

  /// Accounts can be suspended; a record is taken down for a time.
  private static func value(_ subject: Subject, isSuspension: Bool) -> String {
    subject.isAccount && isSuspension ? suspend : takedown
  }

  private static func change(
    _ event: ModerationEvent,
    _ value: String,
    isNegated: Bool = false,
    expiresAt: Int? = nil
  ) -> LabelChange {
    // An edit must not lift a takedown, so it covers all versions of a record.
    let isForAllVersions = value == takedown || value == suspend
    return LabelChange(
      uri: event.subject.uri,
      value: value,
      cid: isForAllVersions ? nil : event.subject.cid,
      isNegated: isNegated,
      expiresAt: expiresAt
    )
  }

  static let takedown = "!takedown"
  static let suspend = "!suspend"
}
