/// What is wrong with an input, where, and by which rule.
public struct Diagnostic: Hashable, Sendable {
  public enum Severity: String, Comparable, Hashable, Sendable {
    case error
    case warning
    case note

    public static func < (lhs: Severity, rhs: Severity) -> Bool { lhs.rank < rhs.rank }

    private var rank: Int {
      switch self {
      case .error: 0
      case .warning: 1
      case .note: 2
      }
    }
  }

  /// The other end of a problem that has two ends: the first of two duplicate definitions, …
  public struct Note: Hashable, Sendable {
    public var location: SourceLocation
    public var message: String

    public init(_ message: String, at location: SourceLocation) {
      self.message = message
      self.location = location
    }
  }

  public var severity: Severity
  /// Stable, in kebab case: `unresolved-reference`.
  public var rule: String
  public var location: SourceLocation
  public var message: String
  public var notes: [Note]

  public init(
    _ severity: Severity,
    rule: String,
    at location: SourceLocation,
    _ message: String,
    notes: [Note] = []
  ) {
    self.severity = severity
    self.rule = rule
    self.location = location
    self.message = message
    self.notes = notes
  }
}

extension Diagnostic: CustomStringConvertible {
  /// `path:line:column: error: text [rule-id]`, a line more for each note.
  public var description: String {
    var text = "\(location): \(severity.rawValue): \(message) [\(rule)]"
    for note in notes {
      text += "\n\(note.location): note: \(note.message)"
    }
    return text
  }
}

extension [Diagnostic] {
  /// By file and offset, errors before warnings, and then by rule.
  public func sorted() -> [Diagnostic] {
    sorted { left, right in
      if left.location != right.location { return left.location < right.location }
      if left.severity != right.severity { return left.severity < right.severity }
      return (left.rule, left.message) < (right.rule, right.message)
    }
  }
}
