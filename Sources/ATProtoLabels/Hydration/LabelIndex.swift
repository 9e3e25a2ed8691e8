public import ATProtoSyntax
public import ComAtprotoAPI

/// Stores the labels of the labelers that a service follows, and how far it has followed each.
///
/// ``MemoryLabelIndex`` is the in-memory twin; `SQLiteLabelIndex` keeps labels on disk.
public protocol LabelIndex: Sendable {
  /// Returns the labels on subjects as they are stored: negations and expired labels too, in any
  /// order.
  ///
  /// - Parameter subjects: DIDs and AT-URIs, at most 1,000.
  func labels(
    on subjects: [String],
    from sources: [DID]
  ) async throws -> [ComAtproto.Label.Defs.Label]

  /// Applies verified labels of a source, as ``LabelState`` defines, and sets its cursor, in one
  /// transaction. Labels of other sources are ignored.
  ///
  /// A subject has at most 200 values of each source; labels with further ones are ignored.
  func apply(
    _ labels: [ComAtproto.Label.Defs.Label],
    from source: DID,
    cursor: Int
  ) async throws

  /// The sequence number of the last event of a source that has been applied; nil if there is none.
  func cursor(of source: DID) async throws -> Int?

  /// Removes a source: its labels and its cursor.
  func removeLabels(of source: DID) async throws
}

/// What every index enforces, so that a labeler cannot fill the pages on which a subject appears.
package enum LabelIndexLimits {
  /// The most values that a subject has from one source.
  package static let valuesPerSubject = 200
  /// The most subjects of one lookup.
  package static let subjects = 1000
}
