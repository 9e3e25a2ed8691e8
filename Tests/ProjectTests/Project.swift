import Foundation

/// The files of this checkout.
enum Project {
  static let directory = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../..").standardizedFileURL

  static func text(_ path: String) throws -> String {
    try String(contentsOf: directory.appending(path: path), encoding: .utf8)
  }

  /// Paths of the files with an ending below a directory, relative to the checkout, sorted.
  static func files(below path: String, ending: String) -> [String] {
    let root = directory.appending(path: path)
    let found = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)
    return (found?.allObjects as? [URL] ?? [])
      .map(\.standardizedFileURL.path)
      .filter { $0.hasSuffix(ending) && !$0.contains("/.") }
      .map { String($0.dropFirst(directory.path.count + 1)) }
      .sorted()
  }

  static let markdownFiles: [String] =
    ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "Benchmarks/RESULTS.md"]
    + files(below: "docs", ending: ".md") + files(below: "Examples", ending: ".md")

  static func directories(in path: String) throws -> [String] {
    let root = directory.appending(path: path)
    return try FileManager.default.contentsOfDirectory(
      at: root,
      includingPropertiesForKeys: [.isDirectoryKey]
    ).filter { try $0.resourceValues(forKeys: [.isDirectoryKey]).isDirectory == true }
      .map(\.lastPathComponent).sorted()
  }
}
