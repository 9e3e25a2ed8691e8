import Labeler
import SQLiteStorage
import TestSupport
import Testing

/// A backend of ``LabelerStore``. All backends must pass the suites of this target; to add one, add
/// a case.
enum LabelerBackend: CaseIterable, CustomTestStringConvertible, Sendable {
  case memory
  case sqlite

  var testDescription: String { "\(self)" }

  func open(_ directory: String) throws -> any LabelerStore {
    switch self {
    case .memory: MemoryLabelerStore()
    case .sqlite: try SQLiteLabelerStore(path: directory + "/labeler.sqlite")
    }
  }

  /// Runs `body` with a new store.
  func withStore(_ body: (any LabelerStore) async throws -> Void) async throws {
    let folder = try TemporaryFolder()
    let store = try open(folder.path)
    do {
      try await body(store)
    } catch {
      try? store.close()
      throw error
    }
    try store.close()
  }
}
