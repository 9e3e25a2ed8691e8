import Lexicon

/// Finds and reads the documents under folders and files that the user names.
///
/// Folders are walked in byte order, symbolic links followed, each file and folder visited once
/// whatever paths lead to it: that ends loops. Names that begin with a dot are passed over.
struct InputReader {
  /// No document of the network comes near; a larger file is not one.
  static let fileSizeLimit = 16 * 1024 * 1024
  static let fileCountLimit = 200_000
  static let totalSizeLimit = 1024 * 1024 * 1024
  static let depthLimit = 64

  private(set) var files: [SourceFile] = []
  private(set) var diagnostics: [Diagnostic] = []
  private var visited: Set<FileSystem.Identity> = []
  private var totalSize = 0
  /// A limit was met, and reported.
  private var isFull = false

  init(_ inputs: [String]) {
    for input in inputs {
      guard let entry = FileSystem.entry(at: input) else {
        if FileSystem.entryWithoutFollowing(input) == nil {
          report("no-such-input", input, "no such file or folder")
        } else {
          report("unreadable-file", input, FileSystem.absence(of: input))
        }
        continue
      }
      switch entry.kind {
      case .folder: walk(InputReader.withoutTrailingSlash(input), entry, depth: 0)
      case .file where DocumentFormat(path: input) == nil:
        report("unknown-file-type", input, "is neither .json nor .yaml nor .yml")
      case .file: read(input, entry)
      case .link, .other: report("unreadable-file", input, "is neither a file nor a folder")
      }
    }
  }

  private mutating func walk(_ folder: String, _ entry: FileSystem.Entry, depth: Int) {
    guard depth < InputReader.depthLimit else {
      report("folder-too-deep", folder, "is nested deeper than \(InputReader.depthLimit) folders")
      return
    }
    guard visited.insert(entry.identity).inserted else { return }
    let names: [String]
    do {
      names = try FileSystem.names(in: folder)
    } catch {
      report("unreadable-file", folder, error.description)
      return
    }
    for name in names where !name.hasPrefix(".") {
      let path = "\(folder)/\(name)"
      guard let entry = FileSystem.entry(at: path) else {
        // A link that leads nowhere matters only where a document should be. A folder whose name
        // is not UTF-8 may hold documents.
        if isDocument(name) || name.unicodeScalars.contains("\u{FFFD}") {
          report("unreadable-file", path, FileSystem.absence(of: path))
        }
        continue
      }
      switch entry.kind {
      case .folder: walk(path, entry, depth: depth + 1)
      case .file: if isDocument(name) { read(path, entry) }
      case .link, .other: break
      }
    }
  }

  private mutating func read(_ path: String, _ entry: FileSystem.Entry) {
    guard visited.insert(entry.identity).inserted else { return }
    guard !isFull else { return }
    guard files.count < InputReader.fileCountLimit else {
      isFull = true
      report("too-many-files", path, "more than \(InputReader.fileCountLimit) files")
      return
    }
    do {
      let bytes = try FileSystem.read(path, limit: InputReader.fileSizeLimit)
      totalSize += bytes.count
      guard totalSize <= InputReader.totalSizeLimit else {
        isFull = true
        report("too-much-input", path, "more than \(InputReader.totalSizeLimit) bytes of input")
        return
      }
      files.append(SourceFile(path: path, bytes: bytes))
    } catch {
      report("unreadable-file", path, error.description)
    }
  }

  private mutating func report(_ rule: String, _ path: String, _ message: String) {
    let location = SourceLocation(path: path, offset: 0, line: 1, column: 1)
    diagnostics.append(Diagnostic(.error, rule: rule, at: location, message))
  }

  private func isDocument(_ name: String) -> Bool { DocumentFormat(path: name) != nil }

  static func withoutTrailingSlash(_ path: String) -> String {
    path.count > 1 && path.hasSuffix("/") ? withoutTrailingSlash(String(path.dropLast())) : path
  }
}
