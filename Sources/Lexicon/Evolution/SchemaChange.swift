/// One change from an old version of a catalog to a new one.
public struct SchemaChange: Hashable, Sendable {
  /// A data flow in which the changed schema is used.
  public struct Use: Hashable, Sendable {
    /// The data flow.
    public var flow: DataFlow
    /// One place with this flow, in words: `the input of com.example.createThing`.
    public var place: String
    /// The class of the change in this flow. A use that only other catalogs may have is a note.
    public var classification: ChangeClass
  }

  /// The kind of change.
  public var rule: EvolutionRule
  /// The NSID of the document that changed.
  public var nsid: String
  /// A JSON Pointer (RFC 6901) into the document: `/defs/main/record/properties/text`.
  public var path: String
  /// A description of the change and its consequence.
  public var message: String
  /// The location in the old version, or nil if the old version has nothing there.
  public var old: SourceLocation?
  /// The location in the new version, or nil if the new version has nothing there.
  public var new: SourceLocation?
  /// The flows in which the schema is used, in the order of ``DataFlow``.
  public var uses: [Use]

  /// The worst class of all uses.
  public var classification: ChangeClass { uses.map(\.classification).max() ?? .compatible }

  /// The location to show: in the new version, or in the old version if the new one has nothing
  /// there.
  public var location: SourceLocation {
    new ?? old ?? SourceLocation(path: "", offset: 0, line: 1, column: 1)
  }
}

extension SchemaChange: Comparable {
  /// Orders changes by NSID and path, then by rule.
  public static func < (lhs: SchemaChange, rhs: SchemaChange) -> Bool {
    if (lhs.nsid, lhs.path) != (rhs.nsid, rhs.path) {
      return (lhs.nsid, lhs.path) < (rhs.nsid, rhs.path)
    }
    return (lhs.rule.id, lhs.message) < (rhs.rule.id, rhs.message)
  }
}

extension Catalog {
  /// Compares the catalog with an older version and returns the changes, sorted by NSID and path.
  ///
  /// Definitions are classified in every flow in which the older version uses them. References are
  /// followed to their targets, and each pair of definitions is compared once, so the time is
  /// proportional to the size of both catalogs. If too many definitions replace others, one
  /// breaking change represents the comparisons that were left out.
  public func changes(since old: Catalog) -> [SchemaChange] {
    var comparison = CatalogComparison(old: old, new: self)
    comparison.run()
    return comparison.changes
  }
}

/// A difference between two schemas, independent of the flows in which they are used.
struct SchemaDifference: Hashable {
  var rule: EvolutionRule
  var path: [String]
  /// The change in words: the beginning of a sentence.
  var text: String
  var old: SourceLocation?
  var new: SourceLocation?
}

extension [String] {
  /// The names as a JSON Pointer (RFC 6901).
  var jsonPointer: String {
    map { "/" + $0.replacing("~", with: "~0").replacing("/", with: "~1") }.joined()
  }
}
