import ATProtoSyntax
import ArgumentParser

/// The AT URI of a record, with all of its parts.
struct RecordURI: Sendable {
  /// As it was given.
  let uri: String
  let repo: ATIdentifier
  let collection: NSID
  let recordKey: RecordKey

  init(_ text: String) throws {
    guard let uri = try? ATURI(text), let collection = uri.collection, let key = uri.recordKey
    else {
      throw ValidationError("'\(text)' is not at://<repo>/<collection>/<record-key>")
    }
    self.uri = text
    repo = uri.authority
    self.collection = collection
    recordKey = key
  }
}
