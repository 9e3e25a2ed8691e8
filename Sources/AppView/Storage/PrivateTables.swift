package import ATProtoSyntax

/// Takedowns of this app view, apart from the status of accounts at their hosts. They survive updates of
/// the record, restarts, and reactivation.
package protocol TakedownReading {
  /// The reference of the takedown of an account (a DID) or a record (its URI); nil if it is not taken
  /// down. A takedown without a reference has an empty one.
  func takedown(of subject: String) throws -> String?
  /// The subjects that are taken down after one, sorted.
  func takedowns(after subject: String?, limit: Int) throws -> [(
    subject: String, reference: String
  )]
}

package protocol TakedownWriting {
  /// Nil reverses a takedown. Records are hidden and shown in the same transaction.
  func setTakedown(of subject: String, reference: String?) throws
}

/// What viewers keep privately.
package protocol ViewerReading {
  /// The accounts among these that the viewer has muted.
  func muted(by viewer: DID, among dids: [DID]) throws -> Set<DID>
  /// The accounts that the viewer has muted, the latest first. Positions are numbers that grow.
  func mutes(of viewer: DID, before position: Int64?, limit: Int) throws -> IndexPage<Mute, Int64>
  /// When the viewer last saw notifications, in microseconds; nil if never.
  func seenAt(of viewer: DID) throws -> Int64?
}

/// An account that a viewer has muted.
package struct Mute: Hashable, Sendable {
  package var did: DID
  /// The place in the list of the viewer's mutes.
  package var position: Int64

  package init(did: DID, position: Int64) {
    self.did = did
    self.position = position
  }
}

package protocol ViewerWriting {
  func setMuted(_ did: DID, by viewer: DID, _ isMuted: Bool) throws
  func setSeenAt(_ time: Int64, of viewer: DID) throws
}
