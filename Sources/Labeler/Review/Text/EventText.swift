/// What an event did, in a few words.
enum EventText {
  static func summary(of event: ModerationEvent) -> String {
    switch event.action {
    case .report(let type, let isMuted):
      return "reported: \(ReviewText.reason(type))" + (isMuted ? " (muted reporter)" : "")
    case .acknowledge: return "acknowledged"
    case .escalate: return "escalated"
    case .comment(let isSticky): return isSticky ? "noted" : "commented"
    case .label(let action):
      let parts = action.created.map { "+\($0)" } + action.negated.map { "-\($0)" }
      return "labeled: \(words(parts))" + until(action.hours)
    case .takedown(let action): return "taken down" + until(action.hours)
    case .reverseTakedown: return "takedown reversed"
    case .resolveAppeal: return "appeal resolved"
    case .mute(let hours): return "muted" + until(hours)
    case .unmute: return "unmuted"
    case .muteReporter(let hours): return "muted as a reporter" + until(hours)
    case .unmuteReporter: return "unmuted as a reporter"
    case .tag(let action):
      let parts = action.added.map { "+\($0)" } + action.removed.map { "-\($0)" }
      return "tagged: \(words(parts))" + until(action.hours)
    case .priorityScore(let score): return "priority \(score)"
    case .email(let action):
      let outcome = action.isDelivered == false ? " (not delivered)" : ""
      return "email: \(ReviewText.cleaned(action.subjectLine, maximum: 200))" + outcome
    }
  }

  private static func words(_ words: [String]) -> String {
    ReviewText.cleaned(words.joined(separator: " "), maximum: 500)
  }

  private static func until(_ hours: Int?) -> String {
    hours.map { " for \($0) hours" } ?? ""
  }
}
