/// How severe findings are in one project.
public struct RuleSettings: Sendable {
  /// One decision, with its reason.
  public struct Entry: Sendable {
    public var rule: String
    /// `com.example.note`, or `com.example.*` for all below; nil for all.
    public var nsid: String?
    /// Nil where findings are not reported.
    public var severity: Diagnostic.Severity?
    /// Why; nil where none was given, which is allowed for what makes a rule stricter.
    public var reason: String?

    public init(
      rule: String,
      nsid: String? = nil,
      severity: Diagnostic.Severity?,
      reason: String? = nil
    ) {
      self.rule = rule
      self.nsid = nsid
      self.severity = severity
      self.reason = reason
    }

    func matches(_ document: String?) -> Bool {
      guard let nsid else { return true }
      guard let document else { return false }
      return nsid.hasSuffix(".*") ? document.hasPrefix(nsid.dropLast()) : document == nsid
    }
  }

  /// Of several entries that match, the last counts.
  public var entries: [Entry]

  public init(_ entries: [Entry] = []) {
    self.entries = entries
  }

  /// The finding as the project wants it; nil where it does not.
  ///
  /// Errors of the language stay what they are.
  public func apply(to finding: Diagnostic, of nsid: String?) -> Diagnostic? {
    if finding.severity == .error, Rule[id: finding.rule]?.isOfLanguage ?? true { return finding }
    guard
      let entry = entries.last(where: { $0.rule == finding.rule && $0.matches(nsid) })
    else { return finding }
    guard let severity = entry.severity else { return nil }
    var finding = finding
    finding.severity = severity
    return finding
  }
}
