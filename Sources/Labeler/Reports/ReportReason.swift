/// Reasons of reports that mean more than a category.
enum ReportReason {
  /// Both names of an appeal, by the author of the subject against a decision.
  static let appeals: Set<String> = [
    "com.atproto.moderation.defs#reasonAppeal", "tools.ozone.report.defs#reasonAppeal",
  ]

  static func isAppeal(_ type: String) -> Bool { appeals.contains(type) }
}
