/// The severities of rules in a project.
public struct RuleSettings: Sendable {
  /// One setting of a rule.
  public struct Entry: Sendable {
    /// The id of the rule.
    public var rule: String
    /// The NSID that the setting applies to, or a prefix such as `com.example.*`; nil for all
    /// documents.
    public var nsid: String?
    /// The severity of findings, or nil to not report them.
    public var severity: Diagnostic.Severity?
    /// The reason for the setting. A setting that makes a rule stricter does not need a reason.
    public var reason: String?

    /// Creates a setting.
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

  /// The settings. If several match a finding, the last one applies.
  public var entries: [Entry]

  /// Creates settings. Without entries, every finding keeps its severity.
  public init(_ entries: [Entry] = []) {
    self.entries = entries
  }

  /// Returns a finding with the severity that the project has set, or nil if the project has turned
  /// its rule off.
  ///
  /// Errors of the language never change.
  ///
  /// - Parameter nsid: the NSID of the document that contains the finding
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
