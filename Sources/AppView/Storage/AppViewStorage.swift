package import ATProtoLabels

/// The storage of an app view, chosen by the executable.
///
/// The target `SQLiteStorage` adds `sqlite(_:)`.
public struct AppViewStorage: Sendable {
  package let store: any AppViewStore
  /// The labels of followed labelers.
  package let labels: any LabelIndex

  package init(store: any AppViewStore, labels: any LabelIndex) {
    self.store = store
    self.labels = labels
  }

  package func close() throws {
    try store.close()
  }
}
