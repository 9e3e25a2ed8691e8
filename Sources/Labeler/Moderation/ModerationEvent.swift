package import ATProtoSyntax

/// An entry of the audit trail: who did what to which subject.
package struct ModerationEvent: Hashable, Sendable {
  package var id: Int
  package var subject: Subject
  package var action: ModerationAction
  package var comment: String?
  package var modTool: ModTool?
  package var externalID: String?
  /// The event as it was received, a member of the union of the schema in DAG-CBOR.
  package var body: [UInt8]
  /// In milliseconds since 1970.
  package var createdAt: Int
  package var createdBy: DID

  package init(
    id: Int,
    subject: Subject,
    action: ModerationAction,
    comment: String? = nil,
    modTool: ModTool? = nil,
    externalID: String? = nil,
    body: [UInt8],
    createdAt: Int,
    createdBy: DID
  ) {
    self.id = id
    self.subject = subject
    self.action = action
    self.comment = comment
    self.modTool = modTool
    self.externalID = externalID
    self.body = body
    self.createdAt = createdAt
    self.createdBy = createdBy
  }
}

/// An event that a moderator wants to record.
package struct NewEvent: Sendable {
  package var subject: Subject
  package var action: ModerationAction
  package var comment: String?
  package var modTool: ModTool?
  /// Chosen by the client, at most one event per subject and kind of event.
  package var externalID: String?
  /// Whether the event answers reports, and so closes the review.
  package var closesReview: Bool
  /// See ``ModerationEvent/body``.
  var body: [UInt8]

  package init(
    subject: Subject,
    action: ModerationAction,
    comment: String? = nil,
    modTool: ModTool? = nil,
    externalID: String? = nil,
    closesReview: Bool = false
  ) {
    self.subject = subject
    self.action = action
    self.comment = comment
    self.modTool = modTool
    self.externalID = externalID
    self.closesReview = closesReview
    body = action.bytes(comment: comment)
  }
}
