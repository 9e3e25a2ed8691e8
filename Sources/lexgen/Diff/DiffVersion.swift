import ATProtoSyntax
import Lexicon
import LexiconCompiler

/// One of the two versions that are compared.
struct DiffVersion {
  enum Role {
    case old
    case new
  }

  let name: String
  let catalog: Catalog
  /// Why the version cannot be compared: what cannot be read, and in the new version what has
  /// errors.
  let errors: [Diagnostic]
  /// What says of each file of the old version that is left out why it is, sorted.
  ///
  /// Who mends a document would compare it with one that was never right.
  let skipped: [Diagnostic]
  /// All files, those that are left out among them.
  let sources: [SourceFile]
  /// The documents in the files that are left out, where their names could be read.
  private let skippedNSIDs: Set<String>
  /// The files that are compared.
  private let files: [SourceFile]

  init(_ name: String, as role: Role) throws {
    self.name = name
    let input = try Self.read(name, as: role)
    // References to documents of others, which nobody has to have at hand, may lead elsewhere.
    var checked = CheckedCatalog.checkPart(input.files)
    var files = input.files
    var skipped: [Diagnostic] = []
    var nsids: Set<String> = []
    // What refers to a file that is left out may have errors of its own, but seldom does.
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
        "the old version has errors, and is not compared: \(error.message)"
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
      let absence = "'\(tree.revision)' has no documents under '\(tree.path)'"
      if role == .new { throw GitTree.Failure(description: absence) }
      // Before the first documents there were none.
      Terminal.progress("\(absence); all of the new version is new")
      return ([], [])
    } catch {
      Terminal.error("\(name): error: \(error)")
      throw Status.usage
    }
  }

  /// Whether a change is one only because the old version of the document is left out.
  func passesOver(_ change: SchemaChange) -> Bool {
    change.old == nil && change.path.isEmpty && skippedNSIDs.contains(change.nsid)
  }

  /// What is generated from the documents.
  func modules() throws -> [SwiftModule] {
    let checked = CheckedCatalog.check(files)
    if checked.hasErrors {
      for diagnostic in checked.diagnostics where diagnostic.severity == .error {
        Terminal.error(diagnostic.description)
      }
      Terminal.error("\(name): error: --swift needs every document that is referred to")
      throw Status.usage
    }
    return Lowering.modules(of: checked.catalog.documents, options: CompilerOptions())
  }

  /// Where the schema stands that a change is about.
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
