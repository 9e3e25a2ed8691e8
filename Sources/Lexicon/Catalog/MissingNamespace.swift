public import ATProtoSyntax

/// A namespace that references lead to, although no document belongs to it: the documents of
/// another project, which were not passed to the check.
public struct MissingNamespace: Sendable {
  /// The first two segments of the missing NSIDs: `com.atproto`.
  public var root: String
  /// The references to its documents, in the order of the check. There is at least one.
  public var references: [Reference]

  /// The missing documents, sorted.
  public var documents: [NSID] { Set(references.map(\.nsid)).sorted() }

  /// The maximum number of missing namespaces for which dependents are counted, because each count
  /// visits all documents.
  static let maximumCounted = 32

  /// The references from some files; nil if there are none.
  func restricted(to paths: Set<String>) -> MissingNamespace? {
    let references = references.filter { paths.contains($0.location.path) }
    return references.isEmpty ? nil : MissingNamespace(root: root, references: references)
  }

  /// - Parameter dependents: the number of documents that cannot be used; 0 if unknown
  func diagnostic(dependents: Int) -> Diagnostic {
    let documents = documents
    let target =
      documents.count == 1
      ? quoted(documents[0].string) + ", which is"
      : "\(documents.count) documents of \(quoted(root)), which are"
    let verb = references.count == 1 ? "1 reference leads" : "\(references.count) references lead"
    let effect =
      dependents == 0
      ? "" : ", so \(dependents) document\(dependents == 1 ? "" : "s") cannot be used"
    let others = references.dropFirst().prefix(5)
    return Diagnostic(
      .missingNamespace,
      at: references[0].location,
      "\(verb) to \(target) not among the inputs\(effect)",
      notes: others.map { .init("\(quoted($0.id)) is used here", at: $0.location) }
    )
  }
}
