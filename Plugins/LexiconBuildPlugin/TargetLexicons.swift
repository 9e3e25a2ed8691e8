import Foundation
import PackagePlugin

/// The Lexicon documents of a target: those in its directory `Lexicons`, or in the directories under
/// `inputs` in its `lexgen.yaml`.
struct TargetLexicons {
  /// The `lexgen.yaml` next to the sources, if there is one.
  let configuration: URL?
  /// The directories below which paths spell NSIDs, without trailing slashes.
  let roots: [String]
  /// The documents, sorted. In the directory `Lexicons`, files that the manifest excludes from the
  /// target are skipped.
  let documents: [URL]

  init(of target: any SourceModuleTarget) throws {
    let file = target.directoryURL.appending(path: "lexgen.yaml")
    let exists = FileManager.default.fileExists(atPath: file.path(percentEncoded: false))
    configuration = exists ? file : nil
    if exists, let folders = try ConfiguredPaths(file).folders(at: "inputs") {
      roots = folders.map(Self.path)
      documents = Self.sorted(folders.flatMap(Self.documents(below:)))
    } else {
      let root = target.directoryURL.appending(path: "Lexicons").path(percentEncoded: false)
      roots = [root]
      documents = Self.sorted(
        target.sourceFiles.map(\.url)
          .filter { Self.path($0).hasPrefix(root + "/") && Self.isDocument($0) }
      )
    }
  }

  static func isDocument(_ file: URL) -> Bool {
    ["json", "yaml", "yml"].contains(file.pathExtension)
  }

  /// Skips hidden files and directories.
  static func documents(below folder: URL) -> [URL] {
    let found = FileManager.default.enumerator(
      at: folder,
      includingPropertiesForKeys: nil,
      options: .skipsHiddenFiles
    )
    return (found?.compactMap { $0 as? URL } ?? []).filter(isDocument)
  }

  /// The files sorted by path, without duplicates.
  static func sorted(_ files: [URL]) -> [URL] {
    Dictionary(files.map { (path($0), $0) }, uniquingKeysWith: { first, _ in first })
      .sorted { $0.key < $1.key }.map(\.value)
  }

  /// The path without a trailing slash.
  static func path(_ url: URL) -> String {
    let path = url.path(percentEncoded: false)
    return path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
  }

  /// The files that `lexgen generate --root` writes: one for each group that the paths spell, and the
  /// module's namespaces. `RootedLayout` in `lexgen` follows the same convention; no document is read.
  func outputNames(module: String) -> [String] {
    Set(documents.compactMap(group)).sorted().map { "\($0).swift" }
      + ["\(module)+Namespaces.swift"]
  }

  /// All segments of the NSID except the last: `com.example.feed` for `com/example/feed/post.yaml`.
  private func group(of document: URL) -> String? {
    let path = Self.path(document.deletingPathExtension())
    // Use the innermost of nested directories.
    guard let root = roots.filter({ path.hasPrefix($0 + "/") }).max(by: { $0.count < $1.count })
    else { return nil }
    let segments = path.dropFirst(root.count + 1).split(separator: "/").joined(separator: ".")
      .split(separator: ".", omittingEmptySubsequences: false)
    return segments.count < 3 ? nil : segments.dropLast().joined(separator: ".")
  }
}
