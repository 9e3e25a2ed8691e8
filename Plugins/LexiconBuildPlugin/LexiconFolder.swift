import Foundation
import PackagePlugin

/// The `Lexicons` folder of a target.
struct LexiconFolder {
  /// Without a slash at its end.
  let path: String
  /// Sorted; files that the manifest excludes from the target are not among them.
  let documents: [URL]

  init(of target: any SourceModuleTarget) {
    let path = target.directoryURL.appending(path: "Lexicons").path(percentEncoded: false)
    self.path = path
    documents = target.sourceFiles.map(\.url)
      .filter { $0.path(percentEncoded: false).hasPrefix(path + "/") && Self.isDocument($0) }
      .sorted { $0.path(percentEncoded: false) < $1.path(percentEncoded: false) }
  }

  static func isDocument(_ file: URL) -> Bool {
    ["json", "yaml", "yml"].contains(file.pathExtension)
  }

  /// What `lexgen generate --root` writes: a file for each group that the paths spell, and the
  /// module's namespaces. The rule is that of `RootedLayout` in `lexgen`; no document is read.
  func outputNames(module: String) -> [String] {
    Set(documents.compactMap(group)).sorted().map { "\($0).swift" }
      + ["\(module)+Namespaces.swift"]
  }

  /// All segments of the NSID but the last: `com.example.feed` for `com/example/feed/post.yaml`.
  private func group(of document: URL) -> String? {
    let relative = document.deletingPathExtension().path(percentEncoded: false)
      .dropFirst(path.count + 1)
    let segments = relative.split(separator: "/").joined(separator: ".")
      .split(separator: ".", omittingEmptySubsequences: false)
    return segments.count < 3 ? nil : segments.dropLast().joined(separator: ".")
  }
}
