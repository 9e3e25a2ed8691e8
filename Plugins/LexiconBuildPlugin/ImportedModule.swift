import Foundation
import PackagePlugin

/// A module that the target depends on, made by `lexgen` too: its types are imported instead of
/// generated again.
struct ImportedModule {
  let name: String
  /// The module's own `Lexicons` folder, or the `lexgen.yaml` that it was generated with.
  let source: URL
  /// The files whose change may change what is generated here.
  let inputs: [URL]

  static func all(of target: any Target, in package: Package) -> [ImportedModule] {
    let packages = closure(of: package)
    return target.recursiveTargetDependencies
      .compactMap { $0 as? SwiftSourceModuleTarget }
      .compactMap { dependency in
        let lexicons = LexiconFolder(of: dependency)
        if !lexicons.documents.isEmpty {
          return ImportedModule(
            name: dependency.moduleName,
            source: URL(filePath: lexicons.path),
            inputs: lexicons.documents
          )
        }
        let owner = packages.first { $0.targets.contains { $0.id == dependency.id } }
        return owner.flatMap { generated(dependency, in: $0) }
      }
      .sorted { $0.name < $1.name }
  }

  /// A module whose generated sources are kept: they include the file of its namespaces, and the
  /// package's `lexgen.yaml` says what they come from.
  private static func generated(
    _ target: SwiftSourceModuleTarget,
    in package: Package
  ) -> ImportedModule? {
    let namespaces = "\(target.moduleName)+Namespaces.swift"
    let configuration = package.directoryURL.appending(path: "lexgen.yaml")
    guard target.sourceFiles.contains(where: { $0.url.lastPathComponent == namespaces }),
      FileManager.default.fileExists(atPath: configuration.path(percentEncoded: false))
    else { return nil }
    return ImportedModule(
      name: target.moduleName,
      source: configuration,
      inputs: [configuration] + ConfiguredPaths(configuration).documents(at: "inputs")
    )
  }

  /// The package and all that it depends on, each once.
  private static func closure(of package: Package) -> [Package] {
    var found: [Package] = []
    var seen: Set<Package.ID> = []
    var pending = [package]
    while let next = pending.popLast() {
      guard seen.insert(next.id).inserted else { continue }
      found.append(next)
      pending += next.dependencies.map(\.package)
    }
    return found
  }
}
