package import ATProtoSyntax

/// An account or a record that events are about.
package struct Subject: Hashable, Sendable {
  /// The account, or the account of the record.
  package var did: DID
  /// Nil if the subject is the account. Its authority is ``did``.
  package var record: ATURI?
  /// The version of the record.
  package var cid: String?
  /// CIDs of files of the account that the event is also about.
  package var blobs: [String]

  package init(_ did: DID, blobs: [String] = []) {
    self.did = did
    self.blobs = blobs
  }

  /// - Parameter record: the AT-URI of a record, whose authority is a DID.
  package init?(_ record: ATURI, cid: String?, blobs: [String] = []) {
    guard let did = record.authority.did, record.recordKey != nil else { return nil }
    self.did = did
    self.record = record
    self.cid = cid
    self.blobs = blobs
  }

  /// What labels are on: the DID or the AT-URI.
  package var uri: String { record?.string ?? did.string }

  package var isAccount: Bool { record == nil }

  package var key: SubjectKey { SubjectKey(did: did.string, record: record?.string ?? "") }
}

/// Identifies a subject in storage, whatever version of a record is meant.
package struct SubjectKey: Hashable, Sendable {
  package var did: String
  /// The AT-URI of a record; empty for the account itself.
  package var record: String

  package init(did: String, record: String = "") {
    self.did = did
    self.record = record
  }
}
