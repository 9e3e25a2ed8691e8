import Foundation
import Lexicon

/// Directories of the project, found relative to this file.
enum ProjectFolder {
  static let root = URL(filePath: #filePath).resolvingSymlinksInPath()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  static let lexicons = root.appending(path: "Lexicons")
  static let generated = root.appending(path: "Generated")
  static let snapshots = root.appending(path: "Tests/Snapshots")
  /// Next to the project on some machines only.
  static let reference = root.deletingLastPathComponent()
    .appending(path: "shared/reference/lexicons")

  static func exists(_ folder: URL) -> Bool {
    FileManager.default.fileExists(atPath: folder.path)
  }

  /// Paths of the files in a directory that have one of `extensions`, sorted.
  static func paths(in folder: URL, _ extensions: String...) throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: folder.path)
      .filter { path in extensions.contains { path.hasSuffix(".\($0)") } }.sorted()
  }

  static func bytes(_ path: String, in folder: URL) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: folder.appending(path: path)))
  }

  static func text(_ path: String, in folder: URL) throws -> String {
    String(decoding: try bytes(path, in: folder), as: UTF8.self)
  }

  /// The documents in a directory.
  static func sources(in folder: URL) throws -> [SourceFile] {
    try paths(in: folder, "json", "yaml", "yml").map { path in
      SourceFile(path: path, bytes: try bytes(path, in: folder))
    }
  }
}
