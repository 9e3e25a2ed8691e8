public import ATProtoData
public import ATProtoSyntax

/// The references from one Lexicon document to others that an installation follows.
public enum LexiconReferences {
  /// The most levels of schemas that are followed. A record nests at most 128 levels of objects and
  /// arrays.
  private static let maximumDepth = 128

  /// The NSIDs of the documents that a record refers to, with their authorities in lowercase.
  ///
  /// The record may be malformed: everything that is not of the language is skipped. References are
  /// those that `lex install` follows: `ref`, the members of unions, `knownValues` of the form
  /// `nsid#name`, and in permission sets the methods of `rpc` and the collections of `repo`.
  public static func followed(in record: DataValue) -> Set<NSID> {
    var collector = Collector()
    for definition in record["defs"]?.object ?? [:] {
      collector.visit(definition.value, depth: 0)
    }
    return collector.found
  }

  private struct Collector {
    var found: Set<NSID> = []

    mutating func visit(_ schema: DataValue?, depth: Int) {
      guard let schema, depth < maximumDepth, let type = schema["type"]?.string else { return }
      switch type {
      case "ref": add(schema["ref"])
      case "union": addAll(schema["refs"])
      case "string": addTokens(schema["knownValues"])
      case "array": visit(schema["items"], depth: depth + 1)
      case "object", "params":
        for property in schema["properties"]?.object ?? [:] {
          visit(property.value, depth: depth + 1)
        }
      case "record": visit(schema["record"], depth: depth + 1)
      case "query", "procedure", "subscription":
        visit(schema["parameters"], depth: depth + 1)
        for body in ["input", "output", "message"] {
          visit(schema[body]?["schema"], depth: depth + 1)
        }
      case "permission-set":
        for permission in schema["permissions"]?.array ?? [] { addTargets(of: permission) }
      default: break
      }
    }

    // Permission specification, "Resource Types": `lxm` lists methods, `collection` record types.
    private mutating func addTargets(of permission: DataValue) {
      switch permission["resource"]?.string {
      case "rpc": addAll(permission["lxm"])
      case "repo": addAll(permission["collection"])
      default: break
      }
    }

    private mutating func addTokens(_ values: DataValue?) {
      for value in values?.array ?? [] {
        guard let text = value.string else { continue }
        let parts = text.utf8.split(separator: UInt8(ascii: "#"), omittingEmptySubsequences: false)
        if parts.count == 2, !parts[1].isEmpty { add(value) }
      }
    }

    private mutating func addAll(_ references: DataValue?) {
      for reference in references?.array ?? [] { add(reference) }
    }

    /// Adds the document of `nsid` or `nsid#name`. `#name` refers to the document itself.
    private mutating func add(_ reference: DataValue?) {
      guard let text = reference?.string else { return }
      let end = text.utf8.firstIndex(of: UInt8(ascii: "#")) ?? text.endIndex
      guard end > text.startIndex, let nsid = try? NSID(String(text[..<end])) else { return }
      found.insert(nsid.normalized)
    }
  }
}
