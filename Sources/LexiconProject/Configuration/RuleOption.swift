package import Lexicon

extension RuleSettings.Entry {
  /// Parses `ID=SEVERITY` on the command line, which does not require a reason.
  package static func parse(_ text: String) throws(CommandFailure) -> RuleSettings.Entry {
    let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
    guard parts.count == 2 else {
      throw CommandFailure("'\(text)' is not a valid value of --rule: write ID=SEVERITY")
    }
    let (id, level) = (parts[0], parts[1])
    guard let rule = Rule[id: id] else {
      let hint = Rule.nearest(to: id).map { "; did you mean '\($0)'?" } ?? ""
      throw CommandFailure("\(quoted(id)) is not a rule of 'lexgen check'\(hint)")
    }
    if rule.isOfLanguage, rule.severity == .error {
      throw CommandFailure("'\(id)' is an error in the language; it cannot be changed")
    }
    let severity = Diagnostic.Severity(rawValue: level)
    guard severity != nil || level == "off" else {
      throw CommandFailure("\(quoted(level)) is not one of off, note, warning, error")
    }
    return RuleSettings.Entry(rule: id, severity: severity)
  }
}
