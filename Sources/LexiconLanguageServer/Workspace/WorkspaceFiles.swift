import LexiconProject

/// The files of a workspace: the buffers of the client in place of the files on disk.
///
/// Relative paths lead nowhere, because the directory in which a client starts the server has no
/// relation to its workspace.
struct WorkspaceFiles: FileProvider {
  private let disk: any FileProvider
  private let buffers: OverlayFiles?

  init(_ disk: any FileProvider, open: [String: [UInt8]]) {
    self.disk = disk
    buffers = open.isEmpty ? nil : OverlayFiles(open: open)
  }

  private var provider: any FileProvider { buffers ?? disk }

  func entry(at path: String) -> FileSystem.Entry? {
    path.hasPrefix("/") ? provider.entry(at: path) : nil
  }

  func names(in directory: String) throws(FileSystem.Failure) -> [String] {
    try provider.names(in: directory)
  }

  func read(_ path: String, limit: Int) throws(FileSystem.Failure) -> [UInt8] {
    try provider.read(path, limit: limit)
  }
}
