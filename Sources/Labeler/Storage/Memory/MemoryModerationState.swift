/// The moderation part of the state of a memory store. It is a value: a transaction works on a copy.
struct MemoryModerationState: Sendable {
  var events: [ModerationEvent] = []
  var statuses: [SubjectKey: SubjectStatus] = [:]
  var tallies: [String: AccountTally] = [:]
  var members: [String: Member] = [:]
  var pushes: [PushKey: PushRow] = [:]
  /// By AT-URI, in the order in which they were fetched.
  var records: [String: [SubjectRecord]] = [:]

  struct PushKey: Hashable, Sendable {
    var target: PushTarget.Kind
    var subject: PushSubject
  }
}

extension MemoryLabelerTransaction {
  func changeModeration<Value>(
    _ body: (inout MemoryModerationState) throws -> Value
  ) throws -> Value {
    try change { try body(&$0.moderation) }
  }
}
