import ArgumentParser
import PDS
import PLCDirectory
import SQLiteStorage

/// The storage backend of a server.
enum DatabaseChoice: String, CaseIterable, ExpressibleByArgument {
  case sqlite = "sqlite:"
  case memory = "memory:"

  func storage(_ configuration: PDSConfiguration) throws -> PDSStorage {
    switch self {
    case .sqlite: try .sqlite(configuration)
    case .memory: .memory()
    }
  }

  /// The store of a PLC directory that runs next to the server, and a closure that closes it.
  ///
  /// - Parameter directory: the directory for a database.
  func plcStore(in directory: String) throws -> (any PLCStore, close: () throws -> Void) {
    switch self {
    case .sqlite:
      let store = try SQLitePLCStore(directory: directory)
      return (store, store.close)
    case .memory: return (MemoryPLCStore(), {})
    }
  }
}
