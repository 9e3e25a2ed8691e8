import ATProtoSyntax
import Lexicon

/// `rules` in `lexgen.yaml`:
///
///     rules:
///       closed-enum: error
///       unlimited-string:
///         - {nsid: com.example.old.*, severity: off, reason: "Published; adding a limit would break it."}
///
/// Lowering the severity of a rule requires a reason.
extension ConfigurationReader {
  private enum Level: String, CaseIterable {
    case off
    case note
    case warning
    case error

    var severity: Diagnostic.Severity? { Diagnostic.Severity(rawValue: rawValue) }
  }

  mutating func settings(_ member: LocatedValue.Member) -> [RuleSettings.Entry] {
    guard let rule = Rule[id: member.name] else {
      if LockRule(rawValue: member.name) != nil {
        reportName(member, "\(quoted(member.name)) is always an error; it cannot be changed")
        return []
      }
      if DiagnosticRule.isOutsideCheck(member.name) {
        reportName(
          member,
          "\(quoted(member.name)) is not a rule of 'lexgen check'; it cannot be changed"
        )
        return []
      }
      let hint = Rule.nearest(to: member.name).map { "; did you mean '\($0)'?" } ?? ""
      reportName(member, "unknown rule \(quoted(member.name))\(hint)")
      return []
    }
    if rule.isOfLanguage, rule.severity == .error {
      reportName(member, "\(quoted(rule.id)) is an error in the language; it cannot be changed")
      return []
    }
    return values(member.value).compactMap { setting($0, rule) }
  }

  private mutating func setting(_ value: LocatedValue, _ rule: Rule) -> RuleSettings.Entry? {
    var level: Level?
    var nsid: String?
    var reason: String?
    if case .string = value.kind {
      level = self.level(value)
    } else {
      for member in members(of: value, "the setting of a rule") {
        switch member.name {
        case "severity": level = self.level(member.value)
        case "nsid": nsid = string(member.value).flatMap { pattern($0, member.value) }
        case "reason": reason = string(member.value)
        default: reportUnknown(member, ["severity", "nsid", "reason"])
        }
      }
      if value["severity"] == nil { report(value, "a rule setting requires 'severity'") }
    }
    guard let level else { return nil }
    let isMilder = level.severity.map { rule.severity < $0 } ?? true
    if isMilder, (reason ?? "").isEmpty {
      report(value, "lowering the severity of \(quoted(rule.id)) requires a 'reason'")
      return nil
    }
    return .init(rule: rule.id, nsid: nsid, severity: level.severity, reason: reason)
  }

  private mutating func level(_ value: LocatedValue) -> Level? {
    guard let text = string(value) else { return nil }
    guard let level = Level(rawValue: text) else {
      let known = Level.allCases.map(\.rawValue).joined(separator: ", ")
      report(value, "\(quoted(text)) is not one of \(known)")
      return nil
    }
    return level
  }

  /// An NSID, or a prefix followed by `.*`.
  private mutating func pattern(_ text: String, _ value: LocatedValue) -> String? {
    let name = text.hasSuffix(".*") ? "\(text.dropLast(2)).a.b" : text
    guard (try? NSID(name)) != nil else {
      report(value, "\(quoted(text)) is not an NSID or a prefix such as 'com.example.*'")
      return nil
    }
    return text
  }
}
