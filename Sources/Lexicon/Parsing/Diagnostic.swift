/// A problem in the input, with its location and the rule that it violates.
public struct Diagnostic: Hashable, Sendable {
  /// How serious a problem is. Errors sort before warnings, and warnings before notes.
  public enum Severity: String, Comparable, Hashable, Sendable {
    /// The input cannot be used.
    case error
    /// The input can be used, but something is probably wrong.
    case warning
    /// Useful information; no change is needed.
    case note

    /// Orders severities from error to note.
    public static func < (lhs: Severity, rhs: Severity) -> Bool { lhs.rank < rhs.rank }

    private var rank: Int {
      switch self {
      case .error: 0
      case .warning: 1
      case .note: 2
      }
    }
  }

  /// Another location that is part of the problem, such as the first of two duplicate definitions.
  public struct Note: Hashable, Sendable {
    /// The location that the note is about.
    public var location: SourceLocation
    /// What is at that location.
    public var message: String

    /// Creates a note.
    public init(_ message: String, at location: SourceLocation) {
      self.message = message
      self.location = location
    }
  }

  /// How serious the problem is.
  public var severity: Severity
  /// The stable id of the rule in kebab case, such as `unresolved-reference`.
  public var rule: String
  /// The location of the problem.
  public var location: SourceLocation
  /// What is wrong, and what would be right: a sentence without its period.
  public var message: String
  /// Other locations that are part of the problem.
  public var notes: [Note]
  /// The text of the key or string at ``location`` that was probably meant; nil if nothing is
  /// similar enough.
  public var replacement: String?

  /// Creates a diagnostic for any rule.
  public init(
    _ severity: Severity,
    rule: String,
    at location: SourceLocation,
    _ message: String,
    notes: [Note] = [],
    replacement: String? = nil
  ) {
    self.severity = severity
    self.rule = rule
    self.location = location
    self.message = message
    self.notes = notes
    self.replacement = replacement
  }
}

extension Diagnostic: CustomStringConvertible {
  /// `path:line:column: error: message [rule-id]`, with one more line for each note.
  public var description: String {
    var text = "\(location): \(severity.rawValue): \(message) [\(rule)]"
    for note in notes {
      text += "\n\(note.location): note: \(note.message)"
    }
    return text
  }
}

extension [Diagnostic] {
  /// Returns the diagnostics sorted by path and offset, then by severity, rule and message.
  public func sorted() -> [Diagnostic] {
    sorted { left, right in
      if left.location != right.location { return left.location < right.location }
      if left.severity != right.severity { return left.severity < right.severity }
      return (left.rule, left.message) < (right.rule, right.message)
    }
  }
}
