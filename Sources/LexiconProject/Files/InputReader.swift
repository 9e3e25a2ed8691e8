package import Lexicon

/// Finds and reads the documents in the directories and files on the command line.
///
/// Directories are walked in byte order and symbolic links are followed. Each file and directory is
/// visited once, regardless of how many paths lead to it, so loops end. Names that start with a dot
/// are skipped.
package struct InputReader {
  /// In bytes. No document on the network is nearly as large, so a larger file is not a document.
  package static let fileSizeLimit = 16 * 1024 * 1024
  package static let fileCountLimit = 200_000
  package static let totalSizeLimit = 1024 * 1024 * 1024
  package static let depthLimit = 64

  package private(set) var files: [SourceFile] = []
  package private(set) var diagnostics: [Diagnostic] = []
  private var visited: Set<FileSystem.Identity>
  private var totalSize = 0
  /// Whether a limit has been reached and reported.
  private var isFull = false

  private let provider: any FileProvider

  /// - Parameter other: a reader whose files are not read again.
  package init(
    _ inputs: [String],
    skippingFilesOf other: InputReader? = nil,
    from provider: any FileProvider = DiskFiles()
  ) {
    self.init(inputs, visited: other?.visited ?? [], from: provider)
  }

  /// - Parameter references: directories and files that only resolve references. They are skipped
  ///   below the inputs, unless they are inputs themselves.
  package init(
    _ inputs: [String],
    skippingReferences references: [String],
    from provider: any FileProvider = DiskFiles()
  ) {
    let skipped = Set(references.compactMap { provider.entry(at: $0)?.identity })
    let named = inputs.compactMap { provider.entry(at: $0)?.identity }
    self.init(inputs, visited: skipped.subtracting(named), from: provider)
    // A second reader must read them.
    visited.subtract(skipped.subtracting(named))
  }

  private init(
    _ inputs: [String],
    visited: Set<FileSystem.Identity>,
    from provider: any FileProvider
  ) {
    self.provider = provider
    self.visited = visited
    for input in inputs {
      guard let entry = provider.entry(at: input) else {
        if FileSystem.entryWithoutFollowing(input) == nil {
          report("no-such-input", input, "no such file or directory")
        } else {
          report("unreadable-file", input, FileSystem.absence(of: input))
        }
        continue
      }
      switch entry.kind {
      case .directory: walk(InputReader.withoutTrailingSlash(input), entry, depth: 0)
      case .file where DocumentFormat(path: input) == nil:
        report("unknown-file-type", input, "not a .json, .yaml, or .yml file")
      case .file: read(input, entry)
      case .link, .other: report("unreadable-file", input, "not a file or directory")
      }
    }
  }

  private mutating func walk(_ directory: String, _ entry: FileSystem.Entry, depth: Int) {
    guard depth < InputReader.depthLimit else {
      report(
        "folder-too-deep",
        directory,
        "nested more than \(InputReader.depthLimit) directories deep"
      )
      return
    }
    guard visited.insert(entry.identity).inserted else { return }
    let names: [String]
    do {
      names = try provider.names(in: directory)
    } catch {
      report("unreadable-file", directory, error.description)
      return
    }
    for name in names where !name.hasPrefix(".") {
      let path = "\(directory)/\(name)"
      guard let entry = provider.entry(at: path) else {
        // A broken link matters only if it has the name of a document. A directory whose name is
        // not UTF-8 may contain documents.
        if isDocument(name) || name.unicodeScalars.contains("\u{FFFD}") {
          report("unreadable-file", path, FileSystem.absence(of: path))
        }
        continue
      }
      switch entry.kind {
      case .directory: walk(path, entry, depth: depth + 1)
      case .file: if isDocument(name) { read(path, entry, isListed: true) }
      case .link, .other: break
      }
    }
  }

  /// - Parameter isListed: whether the file was found in a directory, not named by the user.
  private mutating func read(
    _ path: String,
    _ entry: FileSystem.Entry,
    isListed: Bool = false
  ) {
    guard visited.insert(entry.identity).inserted else { return }
    guard !isFull else { return }
    guard files.count < InputReader.fileCountLimit else {
      isFull = true
      report("too-many-files", path, "more than \(InputReader.fileCountLimit) files")
      return
    }
    do {
      let bytes = try provider.read(path, limit: InputReader.fileSizeLimit)
      if isListed, InstalledLexicons.isManifest(path, bytes) { return }
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

  package static func withoutTrailingSlash(_ path: String) -> String {
    path.count > 1 && path.hasSuffix("/") ? withoutTrailingSlash(String(path.dropLast())) : path
  }
}
