package import ATProtoLabels

/// The storage of an app view, chosen by the executable.
///
/// The target `SQLiteStorage` adds `sqlite(_:)`.
public struct AppViewStorage: Sendable {
  package let store: any AppViewStore
  /// The labels of followed labelers.
  package let labels: any LabelIndex

  private let closeLabels: @Sendable () throws -> Void

  package init(
    store: any AppViewStore,
    labels: any LabelIndex,
    closeLabels: @escaping @Sendable () throws -> Void = {}
  ) {
    self.store = store
    self.labels = labels
    self.closeLabels = closeLabels
  }

  /// Both databases are closed, even if one of them cannot be.
  package func close() throws {
    defer { try? closeLabels() }
    try store.close()
  }
}
