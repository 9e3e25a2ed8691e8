import BuiltInLexicons
import Foundation
public import Lexicon

/// The lexicons that a mock server serves.
public struct MockLexicons: Sendable {
  /// The documents without errors, and those of `com.atproto` where they are absent.
  public let checked: CheckedCatalog
  /// Why documents were left out, one line for each.
  public let problems: [String]
  /// The number of files that are Lexicon documents, with or without errors.
  public let documentCount: Int

  /// The limits of a folder: many times what is published on the network.
  private static let maximumFiles = 50_000
  private static let maximumFileBytes = 16 << 20

  /// Reads folders, recursively, and single files.
  public init(paths: [String]) {
    var files: [SourceFile] = []
    var problems: [String] = []
    for path in paths { Self.read(path, &files, &problems) }
    self.init(files: files, problems: problems)
  }

  init(files: [SourceFile], problems: [String] = []) {
    let builtIn = BuiltInDocuments.files(in: ["com.atproto"])
    checked = CheckedCatalog.check(
      files.map { CatalogFile($0) } + builtIn.map { CatalogFile($0, role: .reference) }
    )
    var problems = problems
    var reported: Set<String> = []
    for diagnostic in checked.diagnostics where diagnostic.severity == .error {
      guard reported.insert(diagnostic.location.path).inserted else { continue }
      problems.append(diagnostic.description)
    }
    for draft in checked.drafts where reported.insert(draft.id.location.path).inserted {
      problems.append(
        "\(draft.id.location.path): error: \(draft.id.value) is left out, because it depends on a "
          + "document with errors"
      )
    }
    self.problems = problems
    let paths = Set(files.map(\.path))
    let used = checked.catalog.documents.count { paths.contains($0.id.location.path) }
    documentCount = used + checked.drafts.count
  }

  private static func read(
    _ path: String,
    _ files: inout [SourceFile],
    _ problems: inout [String]
  ) {
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
      return problems.append("\(path): error: no such file or folder")
    }
    guard isDirectory.boolValue else { return readFile(path, &files, &problems) }
    guard let names = FileManager.default.enumerator(atPath: path) else {
      return problems.append("\(path): error: cannot read the folder")
    }
    // The enumerator does not follow symbolic links to folders, so it ends.
    let found = names.compactMap { $0 as? String }
      .filter { !$0.split(separator: "/").contains { $0.hasPrefix(".") } }
      .filter { DocumentFormat(path: $0) != nil }
      .sorted()
    for name in found { readFile("\(path)/\(name)", &files, &problems) }
  }

  private static func readFile(
    _ path: String,
    _ files: inout [SourceFile],
    _ problems: inout [String]
  ) {
    guard files.count < maximumFiles else { return }
    guard let handle = FileHandle(forReadingAtPath: path),
      let data = try? handle.read(upToCount: maximumFileBytes + 1)
    else { return problems.append("\(path): error: cannot read the file") }
    guard data.count <= maximumFileBytes else {
      return problems.append("\(path): error: larger than \(maximumFileBytes) bytes")
    }
    files.append(SourceFile(path: path, bytes: Array(data)))
  }
}
