import ATProtoSyntax

/// Checks everything that needs more than one document.
struct CatalogCheck {
  /// A document of the catalog.
  struct Entry {
    var draft: DocumentDraft
    var role: DocumentRole = .own
    /// Whether the document has an error, from parsing or from these checks.
    var isBroken = false
    /// Whether the document refers to a namespace that no document belongs to.
    var lacksNamespace = false
    /// The paths of other files with the same NSID.
    var duplicates: [String] = []
    /// The NSIDs that the document refers to and that the paths of unreadable files spell.
    var unreadable: [String] = []
    /// The positions of the definitions by name.
    var definitions: [String: Int]
    /// The documents that this one refers to, in the order of the references.
    var dependencies: [(entry: Int, location: SourceLocation)] = []

    var nsid: NSID { draft.document.id.value }
    var isExternal: Bool { role == .external }

    init(_ draft: DocumentDraft, _ role: DocumentRole) {
      self.draft = draft
      self.role = role
      definitions = [:]
      definitions.reserveCapacity(draft.document.definitions.count)
      for (position, definition) in draft.document.definitions.enumerated() {
        definitions[definition.name.value] = position
      }
    }
  }

  /// The position of a readable definition.
  struct Place: Hashable {
    var entry: Int
    var definition: Int
  }

  var entries: [Entry] = []
  /// The positions of the entries by NSID.
  var index: [String: Int] = [:]
  var diagnostics: [Diagnostic] = []
  var removed: Set<NSID> = []
  /// Documents with an invalid `id`. Their references are checked, but nothing can refer to them.
  private var unnamed: [Entry] = []
  /// Files without a readable NSID, by the NSIDs that their paths may spell. References to
  /// `com.example.a` are not errors of their own if `com/example/a.json` is such a file.
  var unreadable: [String: String] = [:]
  /// The paths of the project's own files without a readable NSID.
  var unnamedPaths: [String] = []
  var suggestion = Suggestion()
  /// The namespace roots of all documents.
  var roots: Set<String> = []
  /// The references to namespaces that no document belongs to, by namespace root.
  var missing: [String: [Reference]] = [:]
  /// Suggestions for NSIDs that no document has.
  var hints: [String: Suggestion.Hint] = [:]
  /// Whether references may have targets that are not in the catalog.
  var isPartial = false

  init(_ results: [DocumentParseResult], external: [LexiconDocument]) {
    var shadowed: Set<Int> = []
    entries.reserveCapacity(results.count + external.count)
    index.reserveCapacity(results.count + external.count)
    // The project's own files come first; then, the first file by path keeps the NSID, whatever
    // the order of the files.
    let drafts = results.enumerated().filter { $1.draft != nil }.sorted { left, right in
      let (left, right) = (left.element, right.element)
      return left.role != right.role
        ? left.role < right.role
        : left.draft!.document.id.location < right.draft!.document.id.location
    }
    for (position, result) in drafts {
      guard let draft = result.draft else { continue }
      var entry = Entry(draft, result.role)
      entry.isBroken = result.document == nil
      guard let id = result.id else {
        if !entry.isExternal { unnamed.append(entry) }
        continue
      }
      if let first = index[id.value.string] {
        if entries[first].role == entry.role {
          diagnostics.append(addDuplicate(entry, of: first))
        } else {
          shadowed.insert(position)
          if let note = shadow(entry, of: first) { diagnostics.append(note) }
        }
      } else {
        index[id.value.string] = entries.count
        entries.append(entry)
      }
    }
    for result in results where result.id == nil {
      if result.isLexicon { addUnreadable(result) }
      if result.role == .own, let path = result.diagnostics.first?.location.path {
        unnamedPaths.append(path)
      }
    }
    for document in external where index[document.id.value.string] == nil {
      let entry = Entry(DocumentDraft(document), .external)
      index[document.id.value.string] = entries.count
      entries.append(entry)
    }
    // The problems of a document that another one replaces do not matter.
    for (position, result) in results.enumerated() where !shadowed.contains(position) {
      diagnostics += result.diagnostics
    }
  }

  /// Returns a note about a document that is not used, because the project has its own; nil if the
  /// two are equal.
  private func shadow(_ entry: Entry, of first: Int) -> Diagnostic? {
    let other = entries[first]
    let id = entry.draft.document.id
    guard other.isBroken != entry.isBroken || other.draft.document != entry.draft.document,
      other.role == .own
    else { return nil }
    return Diagnostic(
      .shadowedCopy,
      at: id.location,
      "the project's own \(quoted(id.value.string)) is used instead of this copy",
      notes: [
        .init("the project's own document is here", at: other.draft.document.id.location)
      ]
    )
  }

  /// Handles the second document with an NSID. Neither takes precedence, so both are skipped unless
  /// they are equal.
  private mutating func addDuplicate(_ entry: Entry, of first: Int) -> Diagnostic {
    let id = entry.draft.document.id
    let isSame = !entry.isBroken && entries[first].draft.document == entry.draft.document
    if !isSame { entries[first].isBroken = true }
    entries[first].duplicates.append(id.location.path)
    return Diagnostic(
      .duplicateNSID,
      as: isSame ? .warning : nil,
      at: id.location,
      isSame
        ? "\(quoted(id.value.string)) is also defined in another file, with the same content"
        : "\(quoted(id.value.string)) is also defined in another file",
      notes: [.init("first defined here", at: entries[first].draft.document.id.location)]
    )
  }

  private mutating func addUnreadable(_ result: DocumentParseResult) {
    guard let path = result.diagnostics.first?.location.path,
      let period = path.lastIndex(of: ".")
    else { return }
    var name = ""
    for component in path[..<period].split(separator: "/").reversed() where name.utf8.count < 512 {
      name = name.isEmpty ? String(component) : "\(component).\(name)"
      unreadable[name] = path
    }
  }

  /// Whether an invalid file is probably the target of a reference. If so, the document that
  /// contains the reference is skipped too.
  mutating func isUnreadable(_ reference: Reference, in position: Int?) -> Bool {
    guard let path = unreadable[reference.nsid.string] else { return false }
    if let position { entries[position].unreadable.append(reference.nsid.string) }
    guard let position, !entries[position].isBroken else { return true }
    entries[position].isBroken = true
    diagnostics.append(
      Diagnostic(
        .dependsOnError,
        at: reference.location,
        "\(quoted(entries[position].nsid.string)) is skipped because it refers to "
          + "\(quoted(reference.nsid.string)), which is probably in the invalid file \(quoted(path))"
      )
    )
    return true
  }

  mutating func run() {
    for entry in entries { roots.insert(entry.nsid.root) }
    checkCase()
    for position in entries.indices where !entries[position].isExternal {
      checkReferences(of: position)
    }
    for entry in unnamed {
      checkReferences(of: entry)
    }
    checkAliasCycles()
    checkArrayDepth()
    checkInhabited()
  }

  /// NSID specification: "having multiple NSIDs that differ only by casing is not allowed".
  private mutating func checkCase() {
    var seen: [String: Int] = [:]
    seen.reserveCapacity(entries.count)
    for position in entries.indices {
      let nsid = entries[position].nsid.string
      guard let first = seen.updateValue(position, forKey: nsid.lowercased()) else { continue }
      let other = entries[first]
      report(
        .nsidCaseConflict,
        in: position,
        at: entries[position].draft.document.id.location,
        "\(quoted(nsid)) and \(quoted(other.nsid.string)) differ only in case",
        notes: [.init("\(quoted(other.nsid.string)) is here", at: other.draft.document.id.location)]
      )
      entries[first].isBroken = true
    }
  }

  mutating func report(
    _ rule: Rule,
    in entry: Int?,
    at location: SourceLocation,
    _ message: String,
    notes: [Diagnostic.Note] = [],
    replacement: String? = nil
  ) {
    diagnostics.append(
      Diagnostic(rule, at: location, message, notes: notes, replacement: replacement)
    )
    if let entry { entries[entry].isBroken = true }
  }
}

extension NSID {
  /// The first two segments: `app.bsky` of `app.bsky.feed.post`.
  var root: String { segments.prefix(2).joined(separator: ".") }
}
