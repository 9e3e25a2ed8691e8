import Foundation
import PackagePlugin

/// A generated module that the target depends on: its types are imported instead of generated again.
struct ImportedModule {
  let name: String
  /// The directories of the module's own lexicons, or the `lexgen.yaml` that generates it.
  let sources: [String]
  /// The files that the output of this target depends on.
  let inputs: [URL]

  static func all(of target: any Target, in package: Package) throws -> [ImportedModule] {
    let packages = closure(of: package)
    return try target.recursiveTargetDependencies
      .compactMap { $0 as? SwiftSourceModuleTarget }
      .compactMap { dependency in
        let lexicons = try TargetLexicons(of: dependency)
        if !lexicons.documents.isEmpty {
          return ImportedModule(
            name: dependency.moduleName,
            sources: lexicons.roots,
            inputs: lexicons.documents + [lexicons.configuration].compactMap(\.self)
          )
        }
        let owner = packages.first { $0.targets.contains { $0.id == dependency.id } }
        return owner.flatMap { generated(dependency, in: $0) }
      }
      .sorted { $0.name < $1.name }
  }

  /// A module with committed generated sources: they include the namespaces file, and the package's
  /// `lexgen.yaml` generates them.
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
      sources: [TargetLexicons.path(configuration)],
      inputs: [configuration] + ConfiguredPaths(configuration).documents(at: "inputs")
    )
  }

  /// The package and everything that it depends on, without duplicates.
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
