/// What an event does.
package enum ModerationAction: Hashable, Sendable {
  /// - Parameter isReporterMuted: such a report is kept, but does not open a review.
  case report(type: String, isReporterMuted: Bool = false)
  /// - Parameter closesAccount: also closes every review of the account and its records.
  case acknowledge(closesAccount: Bool = false)
  case escalate
  case comment(isSticky: Bool = false)
  case label(LabelAction)
  case takedown(TakedownAction = TakedownAction())
  case reverseTakedown
  case resolveAppeal
  case mute(hours: Int)
  case unmute
  case muteReporter(hours: Int?)
  case unmuteReporter
  case tag(TagAction)
  case priorityScore(Int)
  case email(EmailAction)
}

package struct LabelAction: Hashable, Sendable {
  package var created: [String]
  package var negated: [String]
  /// After how many hours the created labels expire.
  package var hours: Int?

  package init(create created: [String] = [], negate negated: [String] = [], hours: Int? = nil) {
    self.created = created
    self.negated = negated
    self.hours = hours
  }
}

package struct TakedownAction: Hashable, Sendable {
  /// Nil for a takedown without an end.
  package var hours: Int?
  /// Also closes every review of the account and its records.
  package var closesAccount: Bool
  /// The services that it is pushed to; empty for all.
  package var targets: [String]
  package var policies: [String]

  package init(
    hours: Int? = nil,
    closesAccount: Bool = false,
    targets: [String] = [],
    policies: [String] = []
  ) {
    self.hours = hours
    self.closesAccount = closesAccount
    self.targets = targets
    self.policies = policies
  }
}

package struct TagAction: Hashable, Sendable {
  package var added: [String]
  package var removed: [String]
  /// After how many hours the added tags are removed.
  package var hours: Int?

  package init(add added: [String] = [], remove removed: [String] = [], hours: Int? = nil) {
    self.added = added
    self.removed = removed
    self.hours = hours
  }
}

package struct EmailAction: Hashable, Sendable {
  package var subjectLine: String
  package var content: String?
  /// Nil until it was sent.
  package var isDelivered: Bool?

  package init(subjectLine: String, content: String?, isDelivered: Bool? = nil) {
    self.subjectLine = subjectLine
    self.content = content
    self.isDelivered = isDelivered
  }
}

extension ModerationAction {
  /// The kind of an action. Raw values are stored.
  package enum Kind: Int, CaseIterable, Sendable {
    case report = 1
    case acknowledge, escalate, comment, label, takedown, reverseTakedown, resolveAppeal
    case mute, unmute, muteReporter, unmuteReporter, tag, priorityScore, email
  }

  package var kind: Kind {
    switch self {
    case .report: .report
    case .acknowledge: .acknowledge
    case .escalate: .escalate
    case .comment: .comment
    case .label: .label
    case .takedown: .takedown
    case .reverseTakedown: .reverseTakedown
    case .resolveAppeal: .resolveAppeal
    case .mute: .mute
    case .unmute: .unmute
    case .muteReporter: .muteReporter
    case .unmuteReporter: .unmuteReporter
    case .tag: .tag
    case .priorityScore: .priorityScore
    case .email: .email
    }
  }
}

extension ModerationAction.Kind {
  /// The name of the event's type in the schema `tools.ozone.moderation.defs`.
  package var typeName: String {
    let name = "\(self)"
    return "modEvent" + name.prefix(1).uppercased() + name.dropFirst()
  }

  /// The value of `$type` of the event.
  package var type: String { "tools.ozone.moderation.defs#\(typeName)" }

  package init?(type: String) {
    guard let kind = Self.allCases.first(where: { $0.type == type }) else { return nil }
    self = kind
  }
}
