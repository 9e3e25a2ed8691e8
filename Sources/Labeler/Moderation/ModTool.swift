package import ATProtoData

/// The program that made a report or an event.
package struct ModTool: Hashable, Sendable {
  package var name: String
  package var meta: DataValue?

  package init(name: String, meta: DataValue? = nil) {
    self.name = name
    self.meta = meta
  }

  /// Events of one batch have the same identifier here.
  var batchID: String? { meta?["batchId"]?.string }
}
