import ATProtoSyntax
import Lexicon

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#elseif canImport(Glibc)
import Glibc
#endif

/// Files to write to a folder, all or none of them, and the manifest after them.
///
/// A process that is killed leaves old files and new ones, each of them whole, and the old manifest.
/// The same command completes the rest, because a file that has the published CID counts as
/// installed. An error leaves everything as it was, because no file gets its name before all are
/// written.
struct FolderChange: Sendable {
  /// A file to write.
  struct Write: Hashable, Sendable {
    let nsid: NSID
    let bytes: [UInt8]
    /// The file when the change was planned; nil if there was none.
    let previous: [UInt8]?
  }

  let folder: LexiconFolder
  /// All documents of the plan, sorted.
  let documents: [NSID]
  /// The files to write, sorted by NSID.
  let writes: [Write]
  /// The new manifest; nil if it does not change.
  let manifest: LexiconManifest?
  /// The manifest's file when the change was planned; nil if there was none.
  let previousManifest: [UInt8]?

  var isEmpty: Bool { writes.isEmpty && manifest == nil }

  /// Writes the files.
  ///
  /// - Throws: ``LexiconError/Code/localChanges`` if files have changed since the change was planned.
  func apply() throws(LexiconError) {
    if isEmpty { return }
    Self.makeDirectory(folder.path)
    guard let root = try FileTree(folder.path) else {
      throw .failedSystemCall("cannot create the directory \(folder.path)", ENOENT)
    }
    // Of two commands at once, the second would write a manifest without the entries of the first.
    // The lock makes it wait, and then it finds that the manifest has changed.
    root.lock()
    try checkThatNothingHasChanged(root)
    try removeLeftovers(root)
    let manifestPlace = try manifestPlace()
    do throws(LexiconError) {
      for write in writes {
        try place(of: write, in: root).writeTemporary(write.bytes)
      }
      if let manifest { try manifestPlace.writeTemporary(manifest.formatted()) }
    } catch {
      for write in writes { removeTemporary(write, in: root) }
      manifestPlace.removeTemporary()
      throw error
    }
    for write in writes { try place(of: write, in: root).commitTemporary() }
    if manifest != nil { try manifestPlace.commitTemporary() }
  }

  /// A run that was killed may have left temporary files, also of documents that are not written now.
  private func removeLeftovers(_ root: borrowing FileTree) throws(LexiconError) {
    for nsid in documents {
      let (directories, name) = FileTree.path(of: nsid)
      guard let tree = try root.directory(directories, creates: false) else { continue }
      FileTree.Place(tree: tree, name: name).removeTemporary()
    }
  }

  private func removeTemporary(_ write: Write, in root: borrowing FileTree) {
    do throws(LexiconError) {
      try place(of: write, in: root).removeTemporary()
    } catch {
      // The error that made the change impossible is the one to report.
    }
  }

  /// A person or another process may have edited files while documents were fetched.
  private func checkThatNothingHasChanged(_ root: borrowing FileTree) throws(LexiconError) {
    for write in writes where try root.contents(of: write.nsid) != write.previous {
      throw LexiconError(
        .localChanges,
        "\(LexiconFile.path(of: write.nsid)) has changed in the meantime; run the command again",
        nsid: write.nsid
      )
    }
    guard manifest != nil else { return }
    guard try FileTree.contents(ofFile: folder.manifestPath) == previousManifest else {
      throw LexiconError(
        .localChanges,
        "\(folder.manifestPath) has changed in the meantime; run the command again"
      )
    }
  }

  /// The opened directory of a document's file, and the file's name.
  private func place(
    of write: Write,
    in root: borrowing FileTree
  ) throws(LexiconError) -> FileTree.Place {
    let (directories, name) = FileTree.path(of: write.nsid)
    do throws(LexiconError) {
      guard let tree = try root.directory(directories, creates: true) else {
        throw .failedSystemCall("cannot create \(directories.joined(separator: "/"))", ENOENT)
      }
      return FileTree.Place(tree: tree, name: name)
    } catch {
      throw error.about(write.nsid)
    }
  }

  /// The directory of the manifest. If the manifest is a link, its target is replaced: the person
  /// who runs the command has named it.
  private func manifestPlace() throws(LexiconError) -> FileTree.Place {
    var path = folder.manifestPath
    if let target = realpath(path, nil) {
      path = String(cString: target)
      free(target)
    }
    let end = path.lastIndex(of: "/")
    let directory = end.map { path[..<$0].isEmpty ? "/" : String(path[..<$0]) } ?? "."
    let name = end.map { String(path[path.index(after: $0)...]) } ?? path
    guard let tree = try FileTree(directory) else {
      throw .failedSystemCall("cannot write \(path)", ENOENT)
    }
    return FileTree.Place(tree: tree, name: name)
  }

  /// Creates a directory and those above it, as far as they do not exist.
  private static func makeDirectory(_ path: String) {
    for end in path.indices.dropFirst() where path[end] == "/" {
      mkdir(String(path[..<end]), 0o755)
    }
    mkdir(path, 0o755)
  }
}
