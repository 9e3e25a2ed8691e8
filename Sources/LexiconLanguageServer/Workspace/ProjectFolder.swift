import Lexicon
import LexiconProject

/// A folder of the workspace: a project with its own configuration.
struct ProjectFolder {
  /// The absolute path.
  let root: String
  /// The configuration that the client has named; nil for `lexgen.yaml`, which need not exist.
  private let configuration: String?

  /// Whether files may have been added or removed, or the configuration may have changed, so that
  /// everything has to be read again.
  var isStale = true
  /// The changed buffers of the project's documents, by path.
  private var changes: [String: [UInt8]] = [:]

  private(set) var files: [String: ProjectFile] = [:]
  /// The findings of the last check, by path.
  private(set) var findings: [String: [Finding]] = [:]
  /// The safe corrections of all findings, also of those in the baseline, by path.
  private(set) var corrections: [String: [TextEdit]] = [:]
  /// What keeps the configuration from being used, if it has no location.
  private(set) var problem: String?
  /// What the last reading of the folder found.
  private var project = ReadProject()
  private var incremental = IncrementalCheck()
  /// The experimental features of the incremental check.
  private(set) var features: LexiconFeatures = []
  /// The files by NSID.
  private var documents: [String: ProjectFile]?

  init(root: String, configuration: String?) {
    self.root = root
    self.configuration = configuration
  }

  /// The absolute path of the configuration.
  private var configurationPath: String {
    let name = configuration ?? ProjectConfiguration.defaultPath
    return FileSystem.normalized(
      name.hasPrefix("/") ? name : ReadProject.path(name, in: root)
    )
  }

  /// Whether the check has to run again.
  var needsUpdate: Bool { isStale || !changes.isEmpty }

  /// Handles a change of a buffer.
  mutating func bufferChanged(_ path: String, _ bytes: [UInt8]) {
    if files[path] != nil, path != configurationPath {
      changes[path] = bytes
    } else if concerns(path) {
      isStale = true
    }
  }

  /// Handles a change of a file on disk, or of the set of buffers.
  mutating func fileChanged(_ path: String) {
    if concerns(path) { isStale = true }
  }

  /// Handles that a buffer was saved. The manifest is compared with the files on disk, not with
  /// buffers.
  mutating func saved(_ path: String) {
    if project.isLocked { fileChanged(path) }
  }

  /// Whether the check depends on a file, or on whether it exists.
  private func concerns(_ path: String) -> Bool {
    if path == configurationPath || files[path] != nil { return true }
    return project.places.contains { place in
      path == place || path.hasPrefix(place == "/" ? "/" : place + "/")
        // Clients report only the directory if one is renamed or deleted.
        || place.hasPrefix(path + "/")
    }
  }

  // MARK: - Check

  /// Checks the project again.
  ///
  /// - Parameter open: the buffers, by path
  mutating func update(
    from disk: any FileProvider,
    open: [String: [UInt8]],
    _ encoding: PositionEncoding
  ) {
    if isStale {
      project = ReadProject(
        root: root,
        configuration: configurationPath,
        isConfigured: configuration != nil,
        from: WorkspaceFiles(disk, open: open)
      )
      takeFiles(encoding)
    } else {
      for (path, bytes) in changes { replace(path, with: bytes, encoding) }
    }
    isStale = false
    changes = [:]
    findings = [:]
    corrections = [:]
    documents = nil
    problem = project.problem
    for finding in project.findings { add(finding) }
    guard var sources = project.sources else { return }
    do throws(CommandFailure) {
      for finding in try check(sources) { add(finding) }
    } catch {
      // The selection of the configuration does not fit the documents, all of which are checked.
      problem = error.message
      for diagnostic in error.diagnostics { add(Finding(diagnostic)) }
      sources.configuration.include = []
      sources.configuration.exclude = []
      for finding in (try? check(sources)) ?? [] { add(finding) }
    }
  }

  /// Takes the files of the sources, and keeps what is known about those that are the same.
  private mutating func takeFiles(_ encoding: PositionEncoding) {
    if let sources = project.sources, sources.features != features {
      features = sources.features
      incremental = IncrementalCheck(features: features)
      // Every file has to be checked again.
      self.files = [:]
    }
    var files: [String: ProjectFile] = [:]
    for file in project.sources?.everyFile ?? [] {
      let path = file.file.path
      // A file may be an input and belong to an imported module, too.
      if let other = files[path], other.role <= file.role { continue }
      let known = self.files[path]
      let isSame = known.map { $0.source == file.file && $0.role == file.role } ?? false
      files[path] = isSame ? known : ProjectFile(file, encoding)
    }
    for path in self.files.keys where files[path] == nil { incremental.set(path, nil) }
    for (path, file) in files where self.files[path] !== file {
      incremental.set(path, CatalogFile(file.source, role: file.role))
    }
    self.files = files
  }

  private mutating func replace(
    _ path: String,
    with bytes: [UInt8],
    _ encoding: PositionEncoding
  ) {
    guard let known = files[path], known.source.bytes != bytes else { return }
    let file = CatalogFile(SourceFile(path: path, bytes: bytes), role: known.role)
    files[path] = ProjectFile(file, encoding)
    project.sources?.replace(file.file)
    incremental.set(path, file)
  }

  private mutating func check(_ sources: ProjectSources) throws(CommandFailure) -> [Finding] {
    let check: ProjectCheck
    var advice: [Diagnostic]?
    if sources.hasImports {
      check = try ProjectCheck(sources)
    } else {
      let update = incremental.update()
      check = try ProjectCheck(sources, checked: update.checked)
      advice = update.advice
    }
    var findings = check.findings(isLocated: project.baseline != nil, advice: advice)
    for finding in findings where !finding.edits.isEmpty {
      corrections[finding.diagnostic.location.path, default: []] += finding.edits
    }
    if var baseline = project.baseline { findings = baseline.unknown(among: findings) }
    guard !project.lock.isEmpty else { return findings }
    findings += project.lock
    return findings.sorted { $0.diagnostic.location < $1.diagnostic.location }
  }

  private mutating func add(_ finding: Finding) {
    findings[finding.diagnostic.location.path, default: []].append(finding)
  }

  // MARK: - Documents

  func isInstalled(_ path: String) -> Bool { project.installed?.contains(path) ?? false }

  /// The document with an NSID. Of several, it is one of the project's own, and the first by path.
  mutating func document(_ nsid: String) -> ProjectFile? {
    if let documents { return documents[nsid] }
    var documents: [String: ProjectFile] = [:]
    for file in files.values.sorted(by: { ($0.role, $0.path) < ($1.role, $1.path) }) {
      guard let nsid = file.outline.nsid, documents[nsid] == nil else { continue }
      documents[nsid] = file
    }
    self.documents = documents
    return documents[nsid]
  }
}

extension ProjectSources {
  fileprivate var hasImports: Bool { !importedFiles.isEmpty || !importedModules.isEmpty }

  /// All files, with those of imported modules.
  fileprivate var everyFile: [CatalogFile] {
    files
      + (importedFiles + importedModules.flatMap(\.files)).map { CatalogFile($0, role: .external) }
  }

  fileprivate mutating func replace(_ file: SourceFile) {
    guard let index = files.firstIndex(where: { $0.file.path == file.path }) else { return }
    files[index].file = file
  }
}
