import LexiconCompiler

/// Brings an output folder in line with what was generated.
///
/// A file whose content is the same is not touched; a file that is no longer generated is
/// removed if and only if it carries the generated header; a file of somebody else's at the place
/// of a generated one is an error. Nothing is followed out of the folder: below it, a symbolic
/// link in the way is an error.
struct OutputWriter {
  struct Summary {
    var written = 0
    var unchanged = 0
    var removed = 0
  }

  let folder: String

  func write(_ files: [OutputFile]) throws(FileSystem.Failure) -> Summary {
    var summary = Summary()
    // Nothing is written before it is known that everything may be.
    var changed: [OutputFile] = []
    var folders: Set<Substring> = []
    for file in files {
      try checkWay(to: file.path, &folders)
      if try isChanged(file) { changed.append(file) } else { summary.unchanged += 1 }
    }
    for file in changed {
      let path = "\(folder)/\(file.path)"
      try FileSystem.createFolder(String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]))
      try FileSystem.write(Array(file.content.utf8), to: path)
      summary.written += 1
    }
    try removeStale(in: folder, keeping: Set(files.map { "\(folder)/\($0.path)" }), &summary)
    return summary
  }

  /// Refuses a path that leaves the folder, by its text or through a link.
  ///
  /// - Parameter known: folders that were looked at before.
  private func checkWay(
    to path: String,
    _ known: inout Set<Substring>
  ) throws(FileSystem.Failure) {
    let names = path.split(separator: "/", omittingEmptySubsequences: false)
    guard names.allSatisfy({ !["", ".", ".."].contains($0) && !$0.contains("\0") }) else {
      throw FileSystem.Failure(path: path, description: "is no path within the output folder")
    }
    for name in names.dropLast() {
      let part = path[..<name.endIndex]
      guard known.insert(part).inserted else { continue }
      let place = "\(folder)/\(part)"
      guard let entry = FileSystem.entryWithoutFollowing(place) else { return }
      guard entry.kind == .folder else {
        throw FileSystem.Failure(path: place, description: "is in the way: it is no folder")
      }
    }
  }

  /// Whether the file must be written; an error where somebody else's file stands.
  private func isChanged(_ file: OutputFile) throws(FileSystem.Failure) -> Bool {
    let path = "\(folder)/\(file.path)"
    guard let entry = FileSystem.entryWithoutFollowing(path) else { return true }
    guard entry.kind == .file else {
      throw FileSystem.Failure(path: path, description: "is in the way: it is no file")
    }
    if entry.size == file.content.utf8.count {
      let old = try FileSystem.head(of: path, max(entry.size, 1))
      let isSame =
        file.content.utf8.withContiguousStorageIfAvailable { $0.elementsEqual(old) }
        ?? file.content.utf8.elementsEqual(old)
      if isSame { return false }
    }
    guard try isGenerated(path) else {
      throw FileSystem.Failure(
        path: path,
        description: "is not a generated file, and would be overwritten"
      )
    }
    return true
  }

  private func removeStale(
    in folder: String,
    keeping produced: Set<String>,
    _ summary: inout Summary
  ) throws(FileSystem.Failure) {
    guard FileSystem.entry(at: folder)?.kind == .folder else { return }
    for name in try FileSystem.names(in: folder) where !name.hasPrefix(".") {
      let path = "\(folder)/\(name)"
      guard let entry = FileSystem.entryWithoutFollowing(path) else { continue }
      switch entry.kind {
      case .folder:
        let removed = summary.removed
        try removeStale(in: path, keeping: produced, &summary)
        if summary.removed > removed { FileSystem.removeIfEmpty(path) }
      case .file where name.hasSuffix(".swift") && !produced.contains(path):
        guard try isGenerated(path) else { continue }
        try FileSystem.remove(path)
        summary.removed += 1
      case .file, .link, .other: break
      }
    }
  }

  /// A generated file says so in its first line, a manifest in its second.
  private func isGenerated(_ path: String) throws(FileSystem.Failure) -> Bool {
    let bytes = try FileSystem.head(of: path, 256)
    let marker = Array(OutputFile.marker.utf8)
    if bytes.starts(with: marker) { return true }
    guard let end = bytes.firstIndex(of: UInt8(ascii: "\n")) else { return false }
    return bytes[(end + 1)...].starts(with: marker)
  }
}
