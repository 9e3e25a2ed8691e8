import Foundation
import PackagePlugin

/// The Lexicon documents of a target: those in its directories `Lexicons` and `lexicons`, or in the
/// directories under `inputs` in its `lexgen.yaml`.
struct TargetLexicons {
  /// The `lexgen.yaml` next to the sources, if there is one.
  let configuration: URL?
  /// The manifest of installed documents next to the sources, if there is one.
  let manifest: URL?
  /// The directories below which paths spell NSIDs, without trailing slashes.
  let roots: [String]
  /// The documents, sorted, without those of references. Without `inputs`, files that the package
  /// manifest excludes from the target are skipped.
  let documents: [URL]
  /// The directories that only resolve references, and their documents, some of which may be needed.
  private let references: [URL]

  init(of target: any SourceModuleTarget) throws {
    let file = target.directoryURL.appending(path: "lexgen.yaml")
    let exists = FileManager.default.fileExists(atPath: file.path(percentEncoded: false))
    configuration = exists ? file : nil
    let manifest = target.directoryURL.appending(path: Self.manifestName)
    let isInstalled = FileManager.default.fileExists(
      atPath: manifest.path(percentEncoded: false)
    )
    self.manifest = isInstalled ? manifest : nil
    let configured = exists ? ConfiguredPaths(file) : nil
    references = try configured?.folders(at: "references") ?? []
    let roots: [String]
    let found: [URL]
    if let folders = try configured?.folders(at: "inputs") {
      roots = folders.map(Self.path)
      found = folders.flatMap(Self.documents(below:)).filter {
        Self.path($0) != Self.path(manifest)
      }
    } else {
      let files = target.sourceFiles.map(\.url).filter(Self.isDocument)
      // On a disk that ignores case, they are one directory, and the paths of the files have its
      // name.
      let known = ["Lexicons", "lexicons"].map {
        Self.path(target.directoryURL.appending(path: $0))
      }
      let present = known.filter { root in
        files.contains { Self.path($0).hasPrefix(root + "/") }
      }
      roots = present.isEmpty ? known : present
      found = files.filter { file in
        present.contains { Self.path(file).hasPrefix($0 + "/") }
      }
    }
    self.roots = roots
    // References may be below the roots.
    let other = references.map(Self.path).filter { !roots.contains($0) }
    documents = Self.sorted(found).filter { document in
      let path = Self.path(document.standardizedFileURL)
      return !other.contains { path.hasPrefix($0 + "/") }
    }
  }

  /// The name of the manifest of installed documents. It is not a document itself.
  private static let manifestName = "lexicons.json"

  /// The files that decide whether installed documents are the versions in the manifest.
  var locked: [URL] {
    guard let manifest else { return [] }
    let folder = manifest.deletingLastPathComponent().appending(path: "lexicons")
    return [manifest] + Self.documents(below: folder)
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

  /// The files that `lexgen generate --root` writes: one for each group that the paths spell, also
  /// those of references, and the module's namespaces. `RootedLayout` in `lexgen` follows the same
  /// convention; no document is read.
  func outputNames(module: String) -> [String] {
    Set((documents + references.flatMap(Self.documents(below:))).compactMap(group)).sorted().map {
      "\($0).swift"
    }
      + ["\(module)+Namespaces.swift"]
  }

  /// All segments of the NSID except the last: `com.example.feed` for `com/example/feed/post.yaml`.
  private func group(of document: URL) -> String? {
    let path = Self.path(document.deletingPathExtension())
    // Use the innermost of nested directories.
    let roots = roots + references.map(Self.path)
    guard let root = roots.filter({ path.hasPrefix($0 + "/") }).max(by: { $0.count < $1.count })
    else { return nil }
    let segments = path.dropFirst(root.count + 1).split(separator: "/").joined(separator: ".")
      .split(separator: ".", omittingEmptySubsequences: false)
    return segments.count < 3 ? nil : segments.dropLast().joined(separator: ".")
  }
}
