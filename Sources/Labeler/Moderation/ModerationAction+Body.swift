import ATProtoData
import ComAtprotoAPI
import ToolsOzoneAPI

extension ModerationAction {
  typealias Defs = ToolsOzone.Moderation.Defs

  /// The event in the form of its schema, as it is stored.
  package func bytes(comment: String?) -> [UInt8] { body(comment: comment).cborBytes() }

  /// The event in the form of its schema.
  func body(comment: String?) -> EventBody {
    switch self {
    case .report(let type, let isReporterMuted):
      .modEventReport(
        Defs.ModEventReport(
          comment: comment,
          isReporterMuted: isReporterMuted ? true : nil,
          reportType: ComAtproto.Moderation.Defs.ReasonType(type)
        )
      )
    case .acknowledge(let closesAccount):
      .modEventAcknowledge(
        Defs.ModEventAcknowledge(
          comment: comment,
          acknowledgeAccountSubjects: closesAccount ? true : nil
        )
      )
    case .escalate: .modEventEscalate(Defs.ModEventEscalate(comment: comment))
    case .comment(let isSticky):
      .modEventComment(Defs.ModEventComment(comment: comment, sticky: isSticky ? true : nil))
    case .label(let action):
      .modEventLabel(
        Defs.ModEventLabel(
          comment: comment,
          createLabelVals: action.created,
          negateLabelVals: action.negated,
          durationInHours: action.hours
        )
      )
    case .takedown(let action): .modEventTakedown(action.body(comment: comment))
    case .reverseTakedown: .modEventReverseTakedown(Defs.ModEventReverseTakedown(comment: comment))
    case .resolveAppeal: .modEventResolveAppeal(Defs.ModEventResolveAppeal(comment: comment))
    case .mute(let hours):
      .modEventMute(Defs.ModEventMute(comment: comment, durationInHours: hours))
    case .unmute: .modEventUnmute(Defs.ModEventUnmute(comment: comment))
    case .muteReporter(let hours):
      .modEventMuteReporter(Defs.ModEventMuteReporter(comment: comment, durationInHours: hours))
    case .unmuteReporter: .modEventUnmuteReporter(Defs.ModEventUnmuteReporter(comment: comment))
    case .tag(let action):
      .modEventTag(
        Defs.ModEventTag(
          add: action.added,
          remove: action.removed,
          comment: comment,
          durationInHours: action.hours
        )
      )
    case .priorityScore(let score):
      .modEventPriorityScore(Defs.ModEventPriorityScore(comment: comment, score: score))
    case .email(let action): .modEventEmail(action.body(comment: comment))
    }
  }
}

extension TakedownAction {
  fileprivate func body(comment: String?) -> ToolsOzone.Moderation.Defs.ModEventTakedown {
    ToolsOzone.Moderation.Defs.ModEventTakedown(
      comment: comment,
      durationInHours: hours,
      acknowledgeAccountSubjects: closesAccount ? true : nil,
      policies: policies.isEmpty ? nil : policies,
      targetServices: targets.isEmpty
        ? nil : targets.map { ToolsOzone.Moderation.Defs.ModEventTakedown.TargetServicesItem($0) }
    )
  }
}

extension EmailAction {
  fileprivate func body(comment: String?) -> ToolsOzone.Moderation.Defs.ModEventEmail {
    ToolsOzone.Moderation.Defs.ModEventEmail(
      subjectLine: subjectLine,
      content: content,
      comment: comment,
      isDelivered: isDelivered
    )
  }
}
