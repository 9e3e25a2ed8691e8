import AppBskyAPI
import ComAtprotoAPI

/// Compares the declaration in a file, which decides about reports, with the record of the account,
/// which apps read.
struct DeclarationCheck: Sendable {
  /// The file.
  let own: DeclarationSource
  /// The record of the account.
  let published: DeclarationSource

  /// Nil if both are equal, or if the record cannot be looked up.
  func problem() async -> String? {
    guard let record = await published.declaration(), let file = await own.declaration() else {
      return nil
    }
    guard
      record.policies != file.policies || record.reasonTypes != file.reasonTypes
        || record.subjectTypes != file.subjectTypes
        || record.subjectCollections != file.subjectCollections
    else { return nil }
    return """
      LABELER_DECLARATION differs from the declaration of the account, which apps read; run atproto \
      labeler setup with --declaration
      """
  }
}
