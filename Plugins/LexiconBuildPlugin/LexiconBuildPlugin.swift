import Foundation
import PackagePlugin

/// Compiles the Lexicon documents of a target whenever the target is built: those in its folder
/// `Lexicons`, or in the folders that `inputs` of its `lexgen.yaml` names.
///
/// The path of a document below its folder spells its NSID: `Lexicons/com/example/post.yaml` is
/// `com.example.post`. Everything becomes part of the target's own module. A `lexgen.yaml` in the
/// target's folder may also choose access level, parts and NSIDs; modules generated elsewhere that
/// the target depends on are imported without a word of configuration.
@main
struct LexiconBuildPlugin: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
    guard let target = target as? SwiftSourceModuleTarget else {
      Diagnostics.error("LexiconBuildPlugin works for Swift targets, not for '\(target.name)'")
      return []
    }
    let lexicons = try TargetLexicons(of: target)
    guard !lexicons.documents.isEmpty else {
      Diagnostics.error(
        "\(lexicons.roots.joined(separator: ", ")) has no Lexicon documents (.json, .yaml) for "
          + "'\(target.name)'"
      )
      return []
    }
    let output = context.pluginWorkDirectoryURL
    var arguments = ["generate"] + lexicons.documents.map(TargetLexicons.path)
    arguments += lexicons.roots.flatMap { ["--root", $0] }
    arguments += ["--module", target.moduleName, "--quiet"]
    arguments += ["--output", TargetLexicons.path(output)]
    var inputs = lexicons.documents

    if let configuration = lexicons.configuration {
      arguments += ["--config", TargetLexicons.path(configuration)]
      inputs.append(configuration)
      inputs += ConfiguredPaths(configuration).documents(at: "imports")
    }
    for module in try ImportedModule.all(of: target, in: context.package) {
      arguments += module.sources.flatMap { ["--import", "\(module.name)=\($0)"] }
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
