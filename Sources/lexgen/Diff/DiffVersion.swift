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
  /// The reasons why the version cannot be compared: read errors, and errors in documents of the
  /// new version.
  let errors: [Diagnostic]
  /// A diagnostic for each skipped file of the old version, sorted.
  ///
  /// A fixed document would otherwise be compared with one that was never valid.
  let skipped: [Diagnostic]
  /// All files, including the skipped ones.
  let sources: [SourceFile]
  /// The NSIDs of the documents in skipped files, as far as they could be read.
  private let skippedNSIDs: Set<String>
  /// The files that are compared.
  private let files: [SourceFile]

  init(_ name: String, as role: Role) throws {
    self.name = name
    let input = try Self.read(name, as: role)
    // References may lead to other authors' documents, which need not be present.
    var checked = CheckedCatalog.checkPart(input.files)
    var files = input.files
    var skipped: [Diagnostic] = []
    var nsids: Set<String> = []
    // Documents that refer to a skipped file may have errors as a result, but rarely do.
    while role == .old, checked.hasErrors {
      let first = Dictionary(
        checked.diagnostics.filter { $0.severity == .error }.map { ($0.location.path, $0) }
      ) { first, _ in first }
      let broken = files.filter { first[$0.path] != nil }
      if broken.isEmpty { break }
      skipped += broken.compactMap { first[$0.path] }
      nsids.formUnion(broken.compactMap { LexiconDocument.parse($0).id?.value.string })
      files.removeAll { first[$0.path] != nil }
      checked = CheckedCatalog.checkPart(files)
    }
    sources = input.files
    self.files = files
    self.skipped = skipped.sorted().map { error in
      Diagnostic(
        .warning,
        rule: FindingsReport.oldErrors.id,
        at: error.location,
        "not compared, because the old version has errors: \(error.message)"
      )
    }
    skippedNSIDs = nsids
    catalog = checked.catalog
    errors = (input.diagnostics + checked.diagnostics).filter { $0.severity == .error }
  }

  private static func read(
    _ name: String,
    as role: Role
  ) throws -> (files: [SourceFile], diagnostics: [Diagnostic]) {
    guard name.hasPrefix("git:") else {
      let input = InputReader([name])
      return (input.files, input.diagnostics)
    }
    do {
      let tree = try GitTree(name)
      let files = try tree.files()
      guard files.isEmpty, !tree.path.isEmpty else { return (files, []) }
      let absence = "'\(tree.revision)' has no documents at '\(tree.path)'"
      if role == .new { throw GitTree.Failure(description: absence) }
      // The revision precedes the first documents.
      Terminal.progress("\(absence); every document is new")
      return ([], [])
    } catch {
      throw CommandFailure(path: name, "\(error)")
    }
  }

  /// Whether a document appears as new only because its old version is skipped.
  func passesOver(_ change: SchemaChange) -> Bool {
    change.old == nil && change.path.isEmpty && skippedNSIDs.contains(change.nsid)
  }

  /// The modules generated from the documents.
  func modules() throws -> [SwiftModule] {
    let checked = CheckedCatalog.check(files)
    if checked.hasErrors {
      throw CommandFailure(
        path: name,
        "--swift requires all referenced documents",
        diagnostics: checked.diagnostics.filter { $0.severity == .error }
      )
    }
    return Lowering.modules(of: checked.catalog.documents, options: CompilerOptions())
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
