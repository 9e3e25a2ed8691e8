import ATProtoData
import ComAtprotoAPI
package import ToolsOzoneAPI
import XRPCServer

/// An event in the form of its schema.
package typealias EventBody = ToolsOzone.Moderation.EmitEvent.Input.Event

extension ModerationAction {
  /// Reads an event in the form of its schema.
  ///
  /// Throws `InvalidRequest` if events of its type are not supported.
  init(_ body: EventBody) throws(XRPCServerError) {
    switch body {
    case .modEventReport(let event):
      self = .report(
        type: event.reportType.rawValue,
        isReporterMuted: event.isReporterMuted ?? false
      )
    case .modEventAcknowledge(let event):
      self = .acknowledge(closesAccount: event.acknowledgeAccountSubjects ?? false)
    case .modEventEscalate: self = .escalate
    case .modEventComment(let event): self = .comment(isSticky: event.sticky ?? false)
    case .modEventLabel(let event): self = .label(LabelAction(event))
    case .modEventTakedown(let event): self = .takedown(TakedownAction(event))
    case .modEventReverseTakedown: self = .reverseTakedown
    case .modEventResolveAppeal: self = .resolveAppeal
    case .modEventMute(let event): self = .mute(hours: event.durationInHours)
    case .modEventUnmute: self = .unmute
    case .modEventMuteReporter(let event): self = .muteReporter(hours: event.durationInHours)
    case .modEventUnmuteReporter: self = .unmuteReporter
    case .modEventTag(let event): self = .tag(TagAction(event))
    case .modEventPriorityScore(let event): self = .priorityScore(event.score)
    case .modEventEmail(let event): self = .email(EmailAction(event))
    default: throw .unsupportedEvent(body)
    }
  }
}

extension LabelAction {
  fileprivate init(_ event: ToolsOzone.Moderation.Defs.ModEventLabel) {
    self.init(
      create: event.createLabelVals,
      negate: event.negateLabelVals,
      hours: event.durationInHours
    )
  }
}

extension TakedownAction {
  fileprivate init(_ event: ToolsOzone.Moderation.Defs.ModEventTakedown) {
    self.init(
      hours: event.durationInHours,
      closesAccount: event.acknowledgeAccountSubjects ?? false,
      targets: (event.targetServices ?? []).map(\.rawValue),
      policies: event.policies ?? []
    )
  }
}

extension TagAction {
  fileprivate init(_ event: ToolsOzone.Moderation.Defs.ModEventTag) {
    self.init(add: event.add, remove: event.remove, hours: event.durationInHours)
  }
}

extension EmailAction {
  fileprivate init(_ event: ToolsOzone.Moderation.Defs.ModEventEmail) {
    self.init(
      subjectLine: event.subjectLine,
      content: event.content,
      isDelivered: event.isDelivered
    )
  }
}

extension EventBody {
  /// The note of the moderator or reporter.
  var comment: String? {
    let value = dataValue["comment"]?.string
    return value?.isEmpty == true ? nil : value
  }
}

extension XRPCServerError {
  fileprivate static func unsupportedEvent(_ body: EventBody) -> XRPCServerError {
    let type = body.dataValue.type ?? "?"
    return .invalidRequest(
      "events of the type \(type.prefix(200)) are not supported by this service"
    )
  }
}

extension ModerationAction {
  /// Reads a stored event.
  package init(stored body: [UInt8]) throws {
    try self.init(EventBody(cbor: body))
  }
}
