package import ATProtoSyntax

/// The state that one subject should have at one target, and whether it does.
///
/// A later event about the subject replaces the row, so a reversal overtakes a takedown that has not
/// been delivered.
package struct PushRow: Hashable, Sendable {
  package var target: PushTarget.Kind
  package var subject: PushSubject
  /// The event that decided the state.
  package var event: Int
  /// Whether the subject is to be taken down.
  package var isApplied: Bool
  package var attempts: Int
  /// When to send it, in milliseconds since 1970; nil when it is confirmed.
  package var dueAt: Int?
  package var confirmedAt: Int?
  /// Why the last attempt failed, or a note about the confirmation.
  package var error: String?

  package init(
    target: PushTarget.Kind,
    subject: PushSubject,
    event: Int,
    isApplied: Bool,
    attempts: Int = 0,
    dueAt: Int?,
    confirmedAt: Int? = nil,
    error: String? = nil
  ) {
    self.target = target
    self.subject = subject
    self.event = event
    self.isApplied = isApplied
    self.attempts = attempts
    self.dueAt = dueAt
    self.confirmedAt = confirmedAt
    self.error = error
  }
}

/// What a push is about, with its stored form.
package enum PushSubject: Hashable, Sendable {
  case account(DID)
  case record(ATURI, cid: String)
  case blob(DID, cid: String)

  /// The DID; or the AT-URI or DID and the CID, separated by a space.
  package var text: String {
    switch self {
    case .account(let did): did.string
    case .record(let uri, let cid): "\(uri.string) \(cid)"
    case .blob(let did, let cid): "\(did.string) \(cid)"
    }
  }

  package init?(text: String) {
    let parts = text.split(separator: " ", maxSplits: 1).map(String.init)
    guard let first = parts.first else { return nil }
    switch (parts.count, first.hasPrefix("at://")) {
    case (1, false):
      guard let did = try? DID(first) else { return nil }
      self = .account(did)
    case (2, false):
      guard let did = try? DID(first) else { return nil }
      self = .blob(did, cid: parts[1])
    case (2, true):
      guard let uri = try? ATURI(first) else { return nil }
      self = .record(uri, cid: parts[1])
    default:
      return nil
    }
  }
}
