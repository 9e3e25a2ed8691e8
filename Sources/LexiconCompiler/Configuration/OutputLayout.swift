import LexiconTemplates

/// Where the files of the modules are placed below the output directory.
public enum OutputLayout: Hashable, Sendable {
  /// A directory for each module.
  case directoryPerModule
  /// The output directory itself. If there is more than one module, a directory for each.
  case flat
  /// The output directory itself, every file named after its NSID group (`com.example.feed.swift`),
  /// with a placeholder for each listed group without declarations.
  ///
  /// The list of files then depends only on the groups, as build plugins require.
  case byGroup([String], module: String)
  /// A Swift package: a manifest, and a directory for each module below `Sources`.
  case package(name: String, runtime: RuntimePackage)

  /// The name of a group's file, within the directory of its module.
  func fileName(of group: NSIDGroup, inSharedModule isShared: Bool) -> String {
    switch self {
    case .byGroup: "\(group.text).swift"
    case .directoryPerModule, .flat, .package: group.fileName(inSharedModule: isShared)
    }
  }

  /// All files of the output, sorted by path.
  func files(of modules: [SwiftModule], emitter: Emitter) -> [OutputFile] {
    var files: [OutputFile] = []
    for module in modules {
      let directory = directory(of: module, among: modules)
      files += emitter.files(of: module).map { file in
        OutputFile(path: directory + file.path, content: file.content)
      }
    }
    switch self {
    case .directoryPerModule, .flat: break
    case .byGroup(let groups, let module):
      let names = groups.map { "\($0).swift" } + [Emitter.namespaceFileName(ofModule: module)]
      files += Set(names).subtracting(files.map(\.path)).map(Self.placeholder)
    case .package(let name, let runtime):
      files.append(emitter.manifest(named: name, modules: modules, runtime: runtime))
    }
    return files.sorted { $0.path < $1.path }
  }

  private func directory(of module: SwiftModule, among modules: [SwiftModule]) -> String {
    switch self {
    case .directoryPerModule: "\(module.name)/"
    case .flat: modules.count == 1 ? "" : "\(module.name)/"
    case .byGroup: ""
    case .package: "Sources/\(module.name)/"
    }
  }

  private static func placeholder(_ path: String) -> OutputFile {
    OutputFile(path: path, content: "\(OutputFile.marker). No lexicon requires code here.\n")
  }
}
