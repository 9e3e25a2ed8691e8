import ATProtoSyntax
import Lexicon
import LexiconCompiler
import LexiconProject

/// One side of a comparison.
struct DiffVersion {
  enum Role {
    case old
    case new
  }

  let name: String
  let catalog: Catalog
  /// All documents, with or without errors.
  private let checked: CheckedCatalog
  /// Files and directories that cannot be read. No selection leaves them out, because what they
  /// contain is not known.
  let readErrors: [Diagnostic]
  /// The errors in documents because of which the version cannot be compared.
  private(set) var errors: [Diagnostic]
  private var skippedFiles: SkippedFiles
  /// All files, including the skipped ones.
  let sources: [SourceFile]
  /// The files that are compared.
  private let files: [SourceFile]
  /// Directories and files that resolve references.
  private let references: [String]
  /// The experimental features that documents may use.
  private let features: LexiconFeatures
  /// Why the version has no documents, if it has none.
  private let absence: String
  /// The selected documents; nil for all.
  private var selected: Set<String>?

  init(
    _ name: String,
    as role: Role,
    references: [String] = [],
    features: LexiconFeatures
  ) throws {
    self.name = name
    self.references = references
    self.features = features
    let input = try Self.read(name, as: role)
    absence = input.absence ?? "\(quoted(name)) has no documents"
    // References may lead to other authors' documents, which need not be present.
    var checked = CheckedCatalog.checkPart(input.files, features: features)
    self.checked = checked
    var files = input.files
    var skipped = SkippedFiles()
    // Documents that refer to a skipped file may have errors as a result, but rarely do.
    while role == .old, skipped.remove(from: &files, checked.diagnostics, features) {
      checked = CheckedCatalog.checkPart(files, features: features)
    }
    sources = input.files
    self.files = files
    skippedFiles = skipped
    catalog = checked.catalog
    readErrors = input.diagnostics
    errors = checked.diagnostics.filter { $0.severity == .error }
  }

  private static func read(
    _ name: String,
    as role: Role
  ) throws -> (files: [SourceFile], diagnostics: [Diagnostic], absence: String?) {
    guard name.hasPrefix("git:") else {
      let input = InputReader([name])
      return (input.files, input.diagnostics, nil)
    }
    do {
      let tree = try GitTree(name)
      let files = try tree.files()
      guard files.isEmpty, !tree.path.isEmpty else { return (files, [], nil) }
      let hint = Suggestion.hint(for: tree.path, among: (try? tree.directories()) ?? [])
      let absence = "'\(tree.revision)' has no documents at '\(tree.path)'\(hint)"
      if role == .new { throw GitTree.Failure(description: absence) }
      // The revision may precede the first documents.
      return ([], [], absence)
    } catch {
      throw CommandFailure(path: name, "\(error)")
    }
  }

  /// A warning for each file of the old version that is not compared, sorted.
  var skipped: [Diagnostic] { skippedFiles.warnings }

  /// The NSIDs of all documents, with or without errors.
  var nsids: [String] { checked.ownNSIDs }

  /// The NSIDs of documents, and of everything that they refer to.
  func reached(from roots: [String]) -> Set<String> {
    checked.reach(from: roots).nsids.union(roots)
  }

  /// Limits the comparison to some documents.
  mutating func select(_ nsids: Set<String>) {
    selected = nsids
    let reach = checked.reach(from: nsids.sorted())
    errors = errors.filter { reach.covers($0) }
    skippedFiles.limit(to: reach)
  }

  func selects(_ nsid: String) -> Bool { selected?.contains(nsid) ?? true }

  /// Which part of this old version is compared with a new one.
  func coverage(of new: DiffVersion) -> ComparisonCoverage {
    let old = Set(catalog.documents.map(\.id.value.string).filter(selects))
    let both = new.catalog.documents.count { old.contains($0.id.value.string) }
    return ComparisonCoverage(
      compared: both,
      skippedOld: skipped.count,
      old: old.count,
      absence: absence
    )
  }

  /// Whether a document appears as new only because its old version is skipped.
  func passesOver(_ change: SchemaChange) -> Bool {
    change.old == nil && change.path.isEmpty && skippedFiles.nsids.contains(change.nsid)
  }

  /// The modules generated from the documents.
  func modules() throws -> [SwiftModule] {
    let reader = InputReader(references)
    guard reader.diagnostics.isEmpty else {
      throw CommandFailure("", diagnostics: reader.diagnostics.sorted())
    }
    let others = reader.files.map { CatalogFile($0, role: .reference) }
    let checked = CheckedCatalog.check(
      files.map { CatalogFile($0) } + others,
      features: features
    )
    if checked.hasErrors {
      throw CommandFailure(
        path: name,
        "--swift requires all referenced documents",
        diagnostics: checked.diagnostics.filter { $0.severity == .error }
      )
    }
    return Lowering.modules(
      of: checked.catalog.documents.filter { selects($0.id.value.string) },
      external: checked.catalog.documents.filter { !selects($0.id.value.string) },
      options: CompilerOptions()
    )
  }

  /// The location of the schema that a change is about.
  func location(of change: SwiftAPIChange) -> SourceLocation? {
    let parts = change.origin.split(separator: "#", maxSplits: 1).map(String.init)
    guard let nsid = parts.first, let document = catalog[nsid] else { return nil }
    guard let definition = document[definition: parts.count > 1 ? parts[1] : "main"] else {
      return document.id.location
    }
    guard let member = change.member else { return definition.name.location }
    return definition.location(ofMember: member) ?? definition.name.location
  }
}
