public import ATProtoData
public import ATProtoSyntax
public import ComAtprotoAPI

/// A record or an account that a response shows.
public struct HydratedSubject: Hashable, Sendable {
  /// The AT-URI of a record, with a DID as authority, or the DID of an account.
  public var uri: String
  /// The current version of a record; nil for an account.
  public var cid: CID?
  /// The author of the record, or the account.
  public var author: DID
  /// The labels in the record itself; see ``SelfLabels``.
  public var selfLabels: [ComAtproto.Label.Defs.Label]

  /// Creates a subject.
  public init(
    uri: String,
    cid: CID?,
    author: DID,
    selfLabels: [ComAtproto.Label.Defs.Label] = []
  ) {
    self.uri = uri
    self.cid = cid
    self.author = author
    self.selfLabels = selfLabels
  }

  /// Creates an account as a subject.
  public init(account: DID) {
    self.init(uri: account.string, cid: nil, author: account)
  }
}

/// The labels that a response shows on a subject.
public struct SubjectLabels: Hashable, Sendable {
  /// The labels: those of the author first, then those of each labeler, without signatures.
  public var labels: [ComAtproto.Label.Defs.Label]
  /// The labeler that removes the subject from the response; nil if it is shown.
  public var redactedBy: DID?

  /// Creates labels.
  public init(labels: [ComAtproto.Label.Defs.Label] = [], redactedBy: DID? = nil) {
    self.labels = labels
    self.redactedBy = redactedBy
  }
}
