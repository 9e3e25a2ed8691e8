import Lexicon
import LexiconProject

/// The documents of one revision of the Git repository around the current directory:
/// `git:REV[:path]`, with the path relative to that directory.
///
/// Nothing is checked out, and no hook, filter, or pager of the repository runs.
struct GitTree {
  struct Failure: Error, CustomStringConvertible {
    var description: String
  }

  private struct Entry {
    var object: String
    var size: Int
    var path: String
  }

  let revision: String
  let path: String

  init(_ name: String) throws(Failure) {
    let parts = name.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
    revision = parts.count > 1 ? String(parts[1]) : ""
    var path = InputReader.withoutTrailingSlash(parts.count > 2 ? String(parts[2]) : "")
    while path.hasPrefix("./") { path.removeFirst(2) }
    self.path = path == "." ? "" : path
    // A leading hyphen would make it an option.
    guard !revision.isEmpty, !revision.hasPrefix("-"), !name.utf8.contains(0) else {
      throw Failure(description: "expected git:REV or git:REV:path, with an existing revision")
    }
  }

  /// Returns an empty list if the revision has no documents at the path; throws if the revision does
  /// not exist.
  func files() throws(Failure) -> [SourceFile] {
    let entries = try list(below: path)
    if entries.isEmpty { return [] }
    let request = entries.map { $0.object + "\n" }.joined()
    let sizes = entries.reduce(0) { $0 + $1.size }
    let limit = sizes + entries.count * 256
    let output = try run(["cat-file", "--batch"], input: Array(request.utf8), limit: limit)
    return try contents(of: entries, in: output)
  }

  /// The directories of the revision that contain documents, at any depth.
  func directories() throws(Failure) -> [String] {
    var found: Set<String> = []
    for entry in try list(below: "") {
      var directory = entry.path[...]
      while let slash = directory.lastIndex(of: "/") {
        directory = directory[..<slash]
        guard found.insert(String(directory)).inserted else { break }
      }
    }
    return found.sorted()
  }

  /// One entry per file: `mode type object size<TAB>path<NUL>`.
  private func list(below path: String) throws(Failure) -> [Entry] {
    let arguments = ["ls-tree", "-r", "-z", "-l", revision, "--"] + (path.isEmpty ? [] : [path])
    let output = try run(arguments, input: [], limit: 64 * 1024 * 1024)
    var entries: [Entry] = []
    var total = 0
    for record in output.split(separator: 0) {
      guard let tab = record.firstIndex(of: UInt8(ascii: "\t")) else { continue }
      let words = record[..<tab].split(separator: UInt8(ascii: " "))
        .map { String(decoding: $0, as: UTF8.self) }
      let path = String(decoding: record[record.index(after: tab)...], as: UTF8.self)
      // Skips symbolic links and submodules.
      guard words.count == 4, words[0].hasPrefix("100"), let size = Int(words[3]),
        DocumentFormat(path: path) != nil,
        !path.split(separator: "/").contains(where: { $0.hasPrefix(".") && $0 != ".." })
      else { continue }
      total += size
      guard size <= InputReader.fileSizeLimit else {
        throw Failure(
          description: "cannot read '\(path)': larger than \(InputReader.fileSizeLimit) bytes"
        )
      }
      guard entries.count < InputReader.fileCountLimit, total <= InputReader.totalSizeLimit else {
        throw Failure(description: "too many files, or too many bytes")
      }
      entries.append(Entry(object: words[2], size: size, path: path))
    }
    return entries
  }

  /// One reply per object: `object type size<LF>content<LF>`.
  private func contents(of entries: [Entry], in output: [UInt8]) throws(Failure) -> [SourceFile] {
    var files: [SourceFile] = []
    var rest = output[...]
    for entry in entries {
      guard let end = rest.firstIndex(of: UInt8(ascii: "\n")),
        String(decoding: rest[..<end], as: UTF8.self) == "\(entry.object) blob \(entry.size)",
        rest.endIndex - end > entry.size + 1
      else { throw Failure(description: "cannot read '\(entry.path)' from git") }
      let start = end + 1
      let bytes = Array(rest[start..<start + entry.size])
      files.append(SourceFile(path: "git:\(revision):\(entry.path)", bytes: bytes))
      rest = rest[(start + entry.size + 1)...]
    }
    return files
  }

  private func run(
    _ arguments: [String],
    input: [UInt8],
    limit: Int
  ) throws(Failure) -> [UInt8] {
    do throws(ChildProgram.Failure) {
      return try ChildProgram.output(of: "git", arguments, input: input, limit: limit)
    } catch {
      throw Failure(description: error.description)
    }
  }
}
