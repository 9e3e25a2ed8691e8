/// A report that an account wants to make.
package struct NewReport: Sendable {
  package var subject: Subject
  /// A token such as `com.atproto.moderation.defs#reasonSpam`.
  package var reasonType: String
  package var reason: String?
  package var modTool: ModTool?

  package init(
    subject: Subject,
    reasonType: String,
    reason: String? = nil,
    modTool: ModTool? = nil
  ) {
    self.subject = subject
    self.reasonType = reasonType
    self.reason = reason
    self.modTool = modTool
  }

  /// Whether the author of the subject disagrees with a decision about it.
  package var isAppeal: Bool { ReportReason.isAppeal(reasonType) }
}
