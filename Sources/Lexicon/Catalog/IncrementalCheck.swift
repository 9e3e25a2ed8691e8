import ATProtoSyntax

/// A check of files that change one at a time, as in an editor.
///
/// Each update parses only the files that changed, and gives advice only on documents whose advice
/// can have changed. The result equals that of a check from scratch.
public struct IncrementalCheck: Sendable {
  fileprivate struct Parsed: Sendable {
    var tree: LocatedTree?
    var result: DocumentParseResult
  }

  /// The advice on one document, with everything outside the document that it depends on.
  private struct Advice: Sendable {
    var findings: [Diagnostic]
    /// The documents that this one refers to, and those that they refer to. Rules look at the
    /// targets of references and their properties, but no further.
    var references: Set<String>
    /// The definitions whose values records contain.
    var stored: [String]
  }

  /// The result of an update.
  public struct Update: Sendable {
    /// The checked documents, with all diagnostics.
    public let checked: CheckedCatalog
    /// The advice on the project's own documents, with or without errors, sorted.
    public let advice: [Diagnostic]
    /// The NSIDs of the documents in files that have changed since the last update, before and
    /// after the change.
    public let changedDocuments: Set<String>
    fileprivate let files: [String: Parsed]

    /// Returns the content of a file; nil if there is no such file, or if its extension is not that
    /// of a document.
    public func tree(of path: String) -> LocatedTree? { files[path]?.tree }
  }

  private var files: [String: Parsed] = [:]
  /// The changes since the last update. Nil removes a file.
  private var changes: [String: CatalogFile?] = [:]
  private var advice: [String: Advice] = [:]

  private let features: LexiconFeatures

  /// Creates a check of no files.
  ///
  /// - Parameter features: the experimental features that documents may use
  public init(features: LexiconFeatures = []) {
    self.features = features
  }

  /// Adds or replaces the file at a path, or removes it if `file` is nil. The next update takes it
  /// into account.
  public mutating func set(_ path: String, _ file: CatalogFile?) {
    changes[path] = .some(file)
  }

  /// Checks all files.
  public mutating func update() -> Update {
    let changed = parseChanges()
    let results = files.sorted { $0.key < $1.key }.map(\.value.result)
    let checked = CheckedCatalog.check(results)
    let external = results.filter { $0.role == .external }.compactMap(\.document)
    return Update(
      checked: checked,
      advice: advise(checked, external, changed),
      changedDocuments: changed,
      files: files
    )
  }

  /// Parses the changed files, and returns the NSIDs of their documents before and after.
  private mutating func parseChanges() -> Set<String> {
    var changed: Set<String> = []
    for (path, file) in changes {
      if let id = files[path]?.result.id { changed.insert(id.value.string) }
      guard let file else {
        files[path] = nil
        continue
      }
      let tree = file.file.format.map { LocatedTree.read(file.file, as: $0) }
      var result =
        tree.map { LexiconDocument.parse($0, features) } ?? LexiconDocument.parse(file.file)
      result.role = file.role
      if let id = result.id { changed.insert(id.value.string) }
      files[path] = Parsed(tree: tree, result: result)
    }
    changes = [:]
    return changed
  }

  private mutating func advise(
    _ checked: CheckedCatalog,
    _ external: [LexiconDocument],
    _ changed: Set<String>
  ) -> [Diagnostic] {
    let names = checked.names(external)
    let documents = checked.ownDocuments
    var result: [Diagnostic] = []
    var current: [String: Advice] = [:]
    current.reserveCapacity(documents.count)
    for document in documents {
      let nsid = document.id.value.string
      let stored = document.definitions.map(\.name.value).filter {
        names.isStored($0, of: document.id.value)
      }
      let advice: Advice
      if let known = self.advice[nsid], !changed.contains(nsid), known.stored == stored,
        known.references.isDisjoint(with: changed)
      {
        advice = known
      } else {
        advice = Advice(
          findings: RuleSubject.findings(of: Rule.localAdvice, in: document, names),
          references: Self.references(of: document, names.catalog),
          stored: stored
        )
      }
      current[nsid] = advice
      result += advice.findings
      result += RuleSubject.findings(of: Rule.globalAdvice, in: document, names)
    }
    self.advice = current
    return result.sorted()
  }

  private static func references(of document: LexiconDocument, _ catalog: Catalog) -> Set<String> {
    var references: Set<String> = []
    document.forEachReference { reference, _ in references.insert(reference.nsid.string) }
    for nsid in references {
      catalog[nsid]?.forEachReference { reference, _ in references.insert(reference.nsid.string) }
    }
    return references
  }
}

extension CheckedCatalog {
  /// The project's own documents, with or without errors, sorted by NSID.
  public var ownDocuments: [LexiconDocument] {
    (catalog.documents + drafts).filter { document in
      graph.index[document.id.value.string].map { graph.nodes[$0].role == .own } ?? false
    }.sorted { $0.id.value < $1.id.value }
  }
}
