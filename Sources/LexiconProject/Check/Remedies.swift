import ATProtoSyntax
import Lexicon
import LexiconCompiler

/// What to do about a namespace whose documents are missing, which depends on who calls.
struct Remedies {
  private let hasManifest: Bool
  /// Whether the build plugin calls, which finds modules among the dependencies of a target.
  private let isPlugin: Bool

  init(_ configuration: ProjectConfiguration, _ options: InputSelection) {
    isPlugin = !options.roots.isEmpty
    hasManifest = FileSystem.entry(at: configuration.manifest)?.kind == .file
  }

  /// The text to append to the message.
  func text(_ missing: MissingNamespace) -> String {
    let module = CompilerOptions.defaultModule(ofNamespaceRoot: missing.root)
    if hasManifest {
      let names = missing.documents.prefix(3).map(\.string).joined(separator: " ")
      return "; run 'atproto lexicon install \(names)'"
    }
    if isPlugin {
      let dependency =
        RuntimePackage.generatedModules[module]
        .map { ".product(name: \"\($0)\", package: \"lexgen\")" } ?? "a target that generates them"
      return "; add \(dependency) to the dependencies of the target"
    }
    return "; add the directory that contains them, or pass --refs DIR (only to resolve names), or "
      + "--import \(module)=DIR (to use its types)"
  }
}
