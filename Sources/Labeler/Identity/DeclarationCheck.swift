package import AppBskyAPI
import ComAtprotoAPI

/// Compares the declaration in a file, which decides about reports, with the record of the account,
/// which apps read.
package struct DeclarationCheck: Sendable {
  /// The file.
  let own: DeclarationSource
  /// The record of the account.
  let published: DeclarationSource

  /// Nil if both are equal, or if the record cannot be looked up.
  func problem() async -> String? {
    guard let record = await published.declaration(), let file = await own.declaration(),
      !Self.isSame(record, file)
    else { return nil }
    return Self.difference
  }

  package static let difference = """
    LABELER_DECLARATION differs from the declaration of the account, which apps read; run atproto \
    labeler setup with --declaration
    """

  /// Whether two declarations define the same labels and accept the same reports.
  package static func isSame(
    _ first: AppBsky.Labeler.Service,
    _ second: AppBsky.Labeler.Service
  ) -> Bool {
    first.policies == second.policies && first.reasonTypes == second.reasonTypes
      && first.subjectTypes == second.subjectTypes
      && first.subjectCollections == second.subjectCollections
  }
}
