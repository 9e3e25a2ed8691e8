import ATProtoData
import ATProtoSyntax
import ArgumentParser

/// The AT-URI of a record: repository, collection, and record key.
struct RecordURI: Sendable {
  /// The string as given.
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

extension OutputOptions {
  /// Prints the URI and the CID of a record that was written.
  func printRecord(uri: String, cid: String) {
    print(["uri": .string(uri), "cid": .string(cid)], orText: "\(uri)  \(cid)")
  }
}
