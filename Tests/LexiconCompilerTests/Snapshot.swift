import Foundation
import Lexicon
import LexiconCompiler
import LexiconTemplates

/// A feature of the language, with the Swift code recorded for it.
///
/// `Tests/Snapshots/Lexicons` has a file, or a directory of files, for each feature;
/// `Tests/Snapshots/Generated` has the generated code. All features together are the target
/// `SnapshotModule`, so that golden files are compiled as well as compared: each feature has its
/// own namespace root, and its groups have unique names.
struct Snapshot: CustomStringConvertible, Sendable {
  let feature: String

  static let lexicons = ProjectFolder.snapshots.appending(path: "Lexicons")
  static let generated = ProjectFolder.snapshots.appending(path: "Generated")
  static let isRecording = ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] == "1"

  static let all: [Snapshot] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: lexicons.path)) ?? []
    return names.map { name in
      Snapshot(feature: name.prefix { $0 != "." }.description)
    }.sorted { $0.feature < $1.feature }
  }()

  var description: String { feature }

  /// `record` becomes `Record`, which is also the name of the directory of golden files.
  var module: String { feature.prefix(1).uppercased() + feature.dropFirst() }

  func sources() throws -> [SourceFile] {
    try ProjectFolder.sources(in: Snapshot.lexicons).filter {
      $0.path.hasPrefix("\(feature).") || $0.path.hasPrefix("\(feature)/")
    }
  }

  /// Golden files by path below ``generated``.
  func recorded() throws -> [String: String] {
    let folder = Snapshot.generated.appending(path: module)
    guard ProjectFolder.exists(folder) else { return [:] }
    let paths = try ProjectFolder.paths(in: folder, "swift")
    return Dictionary(
      uniqueKeysWithValues: try paths.map { path in
        ("\(module)/\(path)", try ProjectFolder.text(path, in: folder))
      }
    )
  }

  /// Replaces the golden files by `files`.
  func record(_ files: [OutputFile]) throws {
    let folder = Snapshot.generated.appending(path: module)
    if ProjectFolder.exists(folder) { try FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for file in files {
      let data = Data(file.content.utf8)
      try data.write(to: Snapshot.generated.appending(path: file.path))
    }
  }
}
