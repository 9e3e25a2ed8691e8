import Foundation
import Lexicon

/// Reads the files of folders with lexicons. Each file is read once, and loops of symbolic links end.
struct LexiconFolderReader {
  /// No document on the network is nearly as large.
  static let maximumFileBytes = 16 << 20
  static let maximumTotalBytes = 1 << 30
  static let maximumFiles = 100_000
  static let maximumDepth = 64

  private(set) var files: [SourceFile] = []
  private(set) var problems: [String] = []
  private var visited: Set<String> = []
  private var totalBytes = 0

  /// Reads a folder and everything below it, or a file.
  mutating func read(_ path: String) {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      return problems.append("\(path): error: no such file or folder")
    }
    if isFolder.boolValue {
      readFolder(path, depth: 0)
    } else {
      readFile(path)
    }
  }

  private mutating func readFolder(_ path: String, depth: Int) {
    guard isNew(path) else { return }
    guard depth < Self.maximumDepth else {
      return problems.append("\(path): error: more than \(Self.maximumDepth) folders deep")
    }
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    } catch {
      return problems.append("\(path): error: cannot read the folder")
    }
    for name in names where !name.hasPrefix(".") {
      let child = path.hasSuffix("/") ? path + name : "\(path)/\(name)"
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: child, isDirectory: &isFolder) else { continue }
      if isFolder.boolValue {
        readFolder(child, depth: depth + 1)
      } else if DocumentFormat(path: name) != nil {
        readFile(child)
      }
    }
  }

  private mutating func readFile(_ path: String) {
    guard isNew(path) else { return }
    guard files.count < Self.maximumFiles, totalBytes < Self.maximumTotalBytes else {
      return problems.append("\(path): error: too many files; this one is not read")
    }
    guard let handle = FileHandle(forReadingAtPath: path),
      let data = try? handle.read(upToCount: Self.maximumFileBytes + 1)
    else {
      return problems.append("\(path): error: cannot read the file")
    }
    guard data.count <= Self.maximumFileBytes else {
      return problems.append("\(path): error: larger than \(Self.maximumFileBytes) bytes")
    }
    totalBytes += data.count
    files.append(SourceFile(path: path, bytes: Array(data)))
  }

  private mutating func isNew(_ path: String) -> Bool {
    visited.insert(URL(fileURLWithPath: path).resolvingSymlinksInPath().path).inserted
  }
}
