import Foundation
import PackagePlugin

/// Compiles the Lexicon documents in a target's `Lexicons` folder whenever the target is built.
///
/// The path of a document below that folder spells its NSID: `Lexicons/com/example/post.yaml` is
/// `com.example.post`. Everything becomes part of the target's own module. A `lexgen.yaml` in the
/// target's folder may choose access level, parts and NSIDs; modules generated elsewhere that the
/// target depends on are imported without a word of configuration.
@main
struct LexiconBuildPlugin: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
    guard let target = target as? SwiftSourceModuleTarget else {
      Diagnostics.error("LexiconBuildPlugin works for Swift targets, not for '\(target.name)'")
      return []
    }
    let lexicons = LexiconFolder(of: target)
    guard !lexicons.documents.isEmpty else {
      Diagnostics.error(
        "\(lexicons.path) has no Lexicon documents (.json, .yaml) that belong to '\(target.name)'"
      )
      return []
    }
    let output = context.pluginWorkDirectoryURL
    var arguments = ["generate"]
    arguments += lexicons.documents.map { $0.path(percentEncoded: false) }
    arguments += ["--root", lexicons.path, "--module", target.moduleName, "--quiet"]
    arguments += ["--output", output.path(percentEncoded: false)]
    var inputs = lexicons.documents

    if let configuration = target.configuration {
      arguments += ["--config", configuration.path(percentEncoded: false)]
      inputs.append(configuration)
      inputs += ConfiguredPaths(configuration).documents(at: "imports")
    }
    for module in ImportedModule.all(of: target, in: context.package) {
      arguments += ["--import", "\(module.name)=\(module.source.path(percentEncoded: false))"]
      inputs += module.inputs
    }
    return [
      .buildCommand(
        displayName: "Compiling the lexicons of \(target.name)",
        executable: try context.tool(named: "lexgen").url,
        arguments: arguments,
        inputFiles: inputs,
        outputFiles: lexicons.outputNames(module: target.moduleName).map {
          output.appending(path: $0)
        }
      )
    ]
  }
}

extension SwiftSourceModuleTarget {
  /// `lexgen.yaml` beside the sources.
  fileprivate var configuration: URL? {
    let file = directoryURL.appending(path: "lexgen.yaml")
    return FileManager.default.fileExists(atPath: file.path(percentEncoded: false)) ? file : nil
  }
}
