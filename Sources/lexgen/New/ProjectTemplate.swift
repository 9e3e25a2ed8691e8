import Lexicon
import LexiconCompiler
import LexiconProject
import LexiconTemplates

/// The files of a new project.
struct ProjectTemplate {
  /// All segments of the examples' NSIDs except the last.
  var group: String
  /// The directory of lexicons.
  var lexicons = "Lexicons"
  /// Whether the project has a manifest of installed lexicons.
  var hasManifest = false

  /// A template for a directory, which may be a project of `atproto lexicon` or `lex` already: with
  /// a manifest, lexicons are in the directory `lexicons` beside it.
  init(group: String, directory: String) {
    self.group = group
    let names = (try? FileSystem.names(in: directory)) ?? []
    hasManifest = names.contains(LexiconManifest.fileName)
    let hasInstalled = names.contains(LexiconManifest.directoryName)
    if hasManifest || hasInstalled && !names.contains(lexicons) {
      lexicons = LexiconManifest.directoryName
    }
  }

  var files: [OutputFile] {
    [
      OutputFile(path: "lexgen.yaml", content: configuration),
      OutputFile(path: ".github/workflows/lexicons.yml", content: workflow),
    ]
      + skeletons.map { OutputFile(path: "\(lexicons)/\($0.path)", content: $0.text) }
  }

  private var skeletons: [Skeleton] {
    [
      Skeleton(.record, "\(group).note"),
      Skeleton(.query, "\(group).listNotes"),
      Skeleton(.procedure, "\(group).publishNote"),
      Skeleton(.subscription, "\(group).subscribeNotes"),
      Skeleton(.permissionSet, "\(group).authBasic", collection: "note", method: "listNotes"),
    ]
  }

  private var configuration: String {
    """
    # The documents that lexgen reads, and the directory that `lexgen generate` writes to.
    inputs: \(lexicons)
    output: Sources/Lexicons

    """
      + (hasManifest
        ? """
        # Installed documents must be the versions in lexicons.json.
        locked: true

        """ : "")
  }
}
