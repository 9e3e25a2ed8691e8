import Lexicon
import LexiconProject

/// The configuration and the files of a folder, as read from disk and from buffers.
struct ReadProject {
  /// The project; nil if the folder has no documents.
  var sources: ProjectSources?
  /// The directories and files that the project depends on, whether or not they exist.
  private(set) var places: [String] = []
  /// The findings about the configuration.
  private(set) var findings: [Finding] = []
  /// What keeps the configuration from being used, if it has no location.
  private(set) var problem: String?
  /// The known findings. Without its baseline, a project shows all findings.
  private(set) var baseline: Baseline?
  /// The files of documents that `lexicons.json` lists, which must keep their layout.
  private(set) var installed: InstalledFiles?
  /// The differences between the manifest and the files on disk, if the project is locked.
  private(set) var lock: [Finding] = []

  /// A folder that was not read yet.
  init() {}

  /// Reads a folder.
  ///
  /// - Parameters:
  ///   - configuration: the absolute path of the configuration
  ///   - isConfigured: whether the configuration has to exist
  init(
    root: String,
    configuration: String,
    isConfigured: Bool,
    from provider: WorkspaceFiles
  ) {
    // In a file system that ignores case, both names lead to the directory, but paths must be spelled
    // as the client spells them.
    let names = (try? provider.names(in: root)) ?? []
    let inputs =
      Self.directoryNames.filter(names.contains).map { Self.path($0, in: root) }
      .first { provider.entry(at: $0)?.kind == .directory }.map { [$0] } ?? []
    if isConfigured || provider.entry(at: configuration) != nil {
      readConfiguration(configuration, inputs, provider)
    }
    // A folder with a broken configuration is checked as if there were none.
    if sources == nil, !inputs.isEmpty {
      sources = try? ProjectSources(InputSelection(inputs: inputs, directory: root), from: provider)
    }
    places = Self.directoryNames.map { Self.path($0, in: root) }
    guard let sources else { return }
    places += Self.places(sources)
    loadBaseline(sources, provider)
    let lexicons = InstalledLexicons(sources.configuration, sources.options)
    installed = lexicons.files()
    if isLocked { lock = LockReport(lexicons).findings }
  }

  /// Whether the installed documents are compared with the manifest.
  var isLocked: Bool { sources?.configuration.checks.isLocked == true }

  /// - Parameter inputs: the inputs if the configuration does not name any
  private mutating func readConfiguration(
    _ path: String,
    _ inputs: [String],
    _ provider: WorkspaceFiles
  ) {
    do throws(CommandFailure) {
      let named = try ProjectConfiguration.load(path, from: provider).inputs
      sources = try ProjectSources(
        InputSelection(inputs: named.isEmpty ? inputs : [], configuration: path),
        from: provider
      )
    } catch {
      findings = error.diagnostics.map { Finding($0) }
      if findings.isEmpty { problem = error.message }
    }
  }

  private mutating func loadBaseline(_ sources: ProjectSources, _ provider: WorkspaceFiles) {
    guard let path = sources.configuration.checks.baseline else { return }
    do throws(CommandFailure) {
      baseline = try Baseline.load(path, from: provider)
    } catch {
      findings += error.diagnostics.map { Finding($0) }
      problem = error.message
    }
  }

  private static func places(_ sources: ProjectSources) -> [String] {
    let configuration = sources.configuration
    return sources.paths + configuration.references
      + configuration.imports.flatMap(\.lexicons)
      + [configuration.manifest, configuration.checks.baseline].compactMap(\.self)
  }

  private static let directoryNames = ["lexicons", "Lexicons"]

  /// The path of an entry of a directory.
  static func path(_ name: String, in root: String) -> String {
    root == "/" ? "/\(name)" : "\(root)/\(name)"
  }
}
