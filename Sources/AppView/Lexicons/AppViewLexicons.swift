import BuiltInLexicons
public import Lexicon

/// The lexicons of an app view.
public enum AppViewLexicons {
  /// The record lexicons that this package ships, and what they refer to.
  public static let builtIn: Catalog = {
    let checked = CheckedCatalog.check(BuiltInDocuments.files())
    let records = checked.catalog.documents.filter { document in
      if case .record? = document[definition: "main"]?.kind { true } else { false }
    }
    let reached = Set(checked.closure(of: records.map(\.id.value)))
    return Catalog(checked.catalog.documents.filter { reached.contains($0.id.value) })
  }()

  /// Reads folders, recursively, and checks their documents together with others.
  ///
  /// A document with an error is left out, together with those that depend on it; all others are
  /// kept.
  ///
  /// - Parameters:
  ///   - folders: paths of folders or files.
  ///   - known: documents that references may lead to. A document of a folder replaces the one with
  ///     its NSID.
  public static func read(_ folders: [String], knowing known: Catalog) -> LoadedLexicons {
    var reader = LexiconFolderReader()
    for folder in folders { reader.read(folder) }
    let checked = CheckedCatalog.check(reader.files, external: known.documents)
    let errors = checked.diagnostics.filter { $0.severity == .error }
    return LoadedLexicons(
      catalog: Catalog(checked.catalog.documents + known.documents),
      own: checked.catalog,
      problems: reader.problems + errors.map(\.description)
    )
  }
}

/// Lexicons from folders, together with those that were known before.
public struct LoadedLexicons: Sendable {
  /// All documents.
  public var catalog: Catalog
  /// The documents of the folders.
  public var own: Catalog
  /// Why documents were left out: `path:line:column: error: message [rule]`, or a file that cannot be
  /// read.
  public var problems: [String]
}
