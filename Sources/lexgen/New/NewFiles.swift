import LexiconCompiler

/// Files that are the user's from the moment they are written.
enum NewFiles {
  /// Writes all of them, or none where one is there already. Says which.
  static func write(_ files: [OutputFile], below folder: String) throws {
    let paths = files.map { folder.isEmpty ? $0.path : "\(folder)/\($0.path)" }
    let taken = paths.filter { FileSystem.entryWithoutFollowing($0) != nil }
    for path in taken {
      Terminal.error("\(path): error: is there already, and would be overwritten")
    }
    guard taken.isEmpty else { throw Status.usage }
    do throws(FileSystem.Failure) {
      for (file, path) in zip(files, paths) {
        if let slash = path.lastIndex(of: "/") {
          try FileSystem.createFolder(String(path[..<slash]))
        }
        try FileSystem.write(Array(file.content.utf8), to: path)
        print(path)
      }
    } catch {
      Terminal.error("\(error.path): error: \(error.description)")
      throw Status.usage
    }
  }
}
