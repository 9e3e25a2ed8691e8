package import ATProtoSyntax
import Lexicon

/// The manifest of a project's installed lexicons, and the directories that may contain their files.
package struct InstalledLexicons {
  /// The manifest's path.
  package let path: String
  /// In the order in which they are searched for a document.
  package let directories: [String]

  /// Searches the directories on the command line, then `lexicons` beside the manifest, then those
  /// in the configuration.
  package init(
    _ configuration: ProjectConfiguration,
    _ options: InputSelection,
    manifest: String? = nil
  ) {
    self.init(
      manifest: manifest ?? configuration.manifest,
      first: options.inputs + options.roots,
      last: configuration.inputs
    )
  }

  /// - Parameters:
  ///   - first: directories to search first. Files among them are skipped.
  ///   - last: directories to search after `lexicons` beside the manifest.
  package init(manifest path: String, first: [String], last: [String]) {
    self.path = path
    directories =
      (first + [Self.directory(beside: path)] + last)
      .filter { FileSystem.entry(at: $0)?.kind == .directory }
      .map(InputReader.withoutTrailingSlash)
  }

  /// The path of a document's file, or nil if it does not exist.
  package func file(of nsid: NSID) -> String? {
    let name = LexiconFile.path(of: nsid)
    return directories.lazy.map { "\($0)/\(name)" }.first { FileSystem.entry(at: $0) != nil }
  }

  /// The path where a document's file belongs.
  package func place(of nsid: NSID) -> String {
    "\(directories.first ?? Self.directory(beside: path))/\(LexiconFile.path(of: nsid))"
  }

  /// The files of all documents in the manifest, or none if there is no valid manifest.
  package func files() -> InstalledFiles {
    guard let bytes = try? FileSystem.read(path, limit: LexiconManifest.maximumSize),
      let manifest = try? LexiconManifest.read(bytes).manifest
    else { return InstalledFiles(identities: []) }
    return InstalledFiles(
      identities: Set(
        manifest.resolutions.keys.lazy.compactMap { file(of: $0) }
          .compactMap { FileSystem.entry(at: $0)?.identity }
      )
    )
  }

  /// Whether a file has the name of a manifest and is not a Lexicon document, which has a key
  /// `lexicon`. A document of that name is `….lexicons`.
  package static func isManifest(_ path: String, _ bytes: [UInt8]) -> Bool {
    guard path == LexiconManifest.fileName || path.hasSuffix("/\(LexiconManifest.fileName)") else {
      return false
    }
    return !bytes.contains("\"lexicon\"".utf8)
  }

  /// The directory of documents beside a manifest.
  package static func directory(beside manifest: String) -> String {
    guard let slash = manifest.lastIndex(of: "/") else { return LexiconManifest.directoryName }
    return manifest[...slash] + LexiconManifest.directoryName
  }
}

/// The files of installed documents, which belong to others and must not be edited.
package struct InstalledFiles {
  package let identities: Set<FileSystem.Identity>

  package func contains(_ path: String) -> Bool {
    guard !identities.isEmpty, let entry = FileSystem.entry(at: path) else { return false }
    return identities.contains(entry.identity)
  }
}
