import Foundation
import PackagePlugin

/// Compiles the Lexicon documents of a target when the target is built: those in its directories
/// `Lexicons` and `lexicons`, or in the directories under `inputs` in its `lexgen.yaml`.
///
/// The path of a document below its directory spells its NSID: `Lexicons/com/example/post.yaml` is
/// `com.example.post`. All generated code becomes part of the target's module. A `lexgen.yaml` in the
/// target's directory can also choose the access level, the parts, and the NSIDs, and with
/// `locked: true`, require the versions in the manifest. Generated modules that the target depends on
/// are imported automatically.
@main
struct LexiconBuildPlugin: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
    guard let target = target as? SwiftSourceModuleTarget else {
      Diagnostics.error("LexiconBuildPlugin requires a Swift target; '\(target.name)' is not one")
      return []
    }
    let lexicons = try TargetLexicons(of: target)
    guard !lexicons.documents.isEmpty else {
      Diagnostics.error(
        "cannot find Lexicon documents (.json, .yaml) for '\(target.name)' in "
          + "\(lexicons.roots.joined(separator: " or ")); add them, or list their directories under "
          + "'inputs' in a lexgen.yaml in the target's directory"
      )
      return []
    }
    let output = context.pluginWorkDirectoryURL
    var arguments = lexicons.documents.map(TargetLexicons.path)
    arguments += lexicons.roots.flatMap { ["--root", $0] }
    arguments += ["--module", target.moduleName, "--quiet"]
    arguments += ["--output", TargetLexicons.path(output)]
    var inputs = lexicons.documents + lexicons.locked

    if let configuration = lexicons.configuration {
      arguments += ["--config", TargetLexicons.path(configuration)]
      inputs.append(configuration)
      inputs += ["imports", "references"].flatMap {
        ConfiguredPaths(configuration).documents(at: $0)
      }
    }
    for module in try ImportedModule.all(of: target, in: context.package) {
      arguments += module.sources.flatMap { ["--import", "\(module.name)=\($0)"] }
      inputs += module.inputs
    }
    return [
      .buildCommand(
        displayName: "Compiling the lexicons of \(target.name)",
        executable: try context.tool(named: "lexgen-build").url,
        arguments: arguments,
        inputFiles: TargetLexicons.sorted(inputs),
        outputFiles: lexicons.outputNames(module: target.moduleName).map {
          output.appending(path: $0)
        }
      )
    ]
  }
}
