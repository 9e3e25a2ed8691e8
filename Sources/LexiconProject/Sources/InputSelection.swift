package import Lexicon

/// What the command line says about the input of a command.
package struct InputSelection {
  /// Directories and files; none for those of the configuration.
  package var inputs: [String]
  /// The path of a document that is read from standard input, as one of the inputs.
  package var standardInputPath: String?
  /// Directories and files that only resolve references, in addition to those of the configuration.
  package var references: [String]
  package var include: [String]
  package var exclude: [String]
  /// The configuration file; nil for `lexgen.yaml` in the current directory, if it exists.
  package var configuration: String?
  /// The directory of a project without a configuration; nil for the current directory.
  package var directory: String?
  /// Modules generated elsewhere.
  package var imports: [ImportedModule]
  /// The directories below which paths must spell NSIDs.
  package var roots: [String]
  /// Experimental features of the language, in addition to those of the configuration.
  package var features: LexiconFeatures

  package init(
    inputs: [String] = [],
    standardInputPath: String? = nil,
    references: [String] = [],
    include: [String] = [],
    exclude: [String] = [],
    configuration: String? = nil,
    directory: String? = nil,
    imports: [ImportedModule] = [],
    roots: [String] = [],
    features: LexiconFeatures = []
  ) {
    self.inputs = inputs
    self.standardInputPath = standardInputPath
    self.references = references
    self.include = include
    self.exclude = exclude
    self.configuration = configuration
    self.directory = directory
    self.imports = imports
    self.roots = roots
    self.features = features
  }

  /// Whether the command line leaves the choice of documents to the configuration.
  package var selectsNothing: Bool {
    inputs.isEmpty && references.isEmpty && include.isEmpty && exclude.isEmpty && roots.isEmpty
  }
}
