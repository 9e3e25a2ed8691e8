/// One change from an old version of a catalog to a new one.
public struct SchemaChange: Hashable, Sendable {
  /// Somewhere that the changed schema is used.
  public struct Use: Hashable, Sendable {
    public var flow: DataFlow
    /// In words: `the input of com.example.createThing`. One of those with this flow.
    public var place: String
    /// For a use that others may make of a definition, and that this catalog does not: a note.
    public var classification: ChangeClass
  }

  public var rule: EvolutionRule
  /// The document, as the new version names it where it has it.
  public var nsid: String
  /// A JSON pointer (RFC 6901) into that document: `/defs/main/record/properties/text`.
  public var path: String
  /// What has changed and what follows from it, for somebody who did not write the schema.
  public var message: String
  /// Nil where the old version has nothing there.
  public var old: SourceLocation?
  /// Nil where the new version has nothing there.
  public var new: SourceLocation?
  /// One for each flow in which the schema is used, in the order of ``DataFlow``.
  public var uses: [Use]

  /// The worst of all uses.
  public var classification: ChangeClass { uses.map(\.classification).max() ?? .compatible }

  /// Where to point: into the new version, or where it has nothing there, into the old one.
  public var location: SourceLocation {
    new ?? old ?? SourceLocation(path: "", offset: 0, line: 1, column: 1)
  }
}

extension SchemaChange: Comparable {
  /// By NSID and path, then by rule.
  public static func < (lhs: SchemaChange, rhs: SchemaChange) -> Bool {
    if (lhs.nsid, lhs.path) != (rhs.nsid, rhs.path) {
      return (lhs.nsid, lhs.path) < (rhs.nsid, rhs.path)
    }
    return (lhs.rule.id, lhs.message) < (rhs.rule.id, rhs.message)
  }
}

/// A difference between two schemas, before anybody has asked where they are used.
struct SchemaDifference: Hashable {
  var rule: EvolutionRule
  var path: [String]
  /// What has changed: the beginning of a sentence.
  var text: String
  var old: SourceLocation?
  var new: SourceLocation?
}

extension [String] {
  /// As a JSON pointer (RFC 6901).
  var jsonPointer: String {
    map { "/" + $0.replacing("~", with: "~0").replacing("/", with: "~1") }.joined()
  }
}
