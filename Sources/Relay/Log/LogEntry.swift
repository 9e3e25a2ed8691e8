package import ATProtoRepo
package import ATProtoSyntax

/// The end of one piece of work: what the relay sends, and what it remembers.
///
/// Everything that changes an account, or finishes an event of a host, is an entry. ``LogWriter``
/// puts all entries in one order.
package struct LogEntry: Sendable {
  /// The messages of the firehose that are numbered.
  package enum Kind: UInt8, CaseIterable, Sendable {
    case commit = 1
    case sync = 2
    case identity = 3
    case account = 4
  }

  /// Nil for a silent entry, which sends nothing: a rejected event, or a new identity.
  package var kind: Kind?
  /// Not nil if ``kind`` is not nil.
  package var frame: UnnumberedFrame?
  /// Of a commit.
  package var operationCount: Int
  /// The collections of a commit's operations.
  package var collections: CollectionBloom
  /// The account after the entry. Not nil if ``kind`` is not nil.
  package var effect: AccountRow?
  /// The generation of the change in memory that ends with this entry; see ``StoredRow``.
  package var generation: UInt64?
  /// What happens to the account's row in the index of collections.
  package var changes: CollectionUpdate?
  /// The event that the entry finishes.
  package var ticket: EventTicket?
  /// How a silent entry finishes its event; `abandoned` if nil. Other entries are accepted.
  package var outcome: EventOutcome?
  /// Called with the number, or nil for a silent entry, once the entry is durable.
  package var done: (@Sendable (Int?) -> Void)?

  package init(
    kind: Kind? = nil,
    frame: UnnumberedFrame? = nil,
    operationCount: Int = 0,
    collections: CollectionBloom = CollectionBloom(),
    effect: AccountRow? = nil,
    changes: CollectionUpdate? = nil,
    ticket: EventTicket? = nil,
    outcome: EventOutcome? = nil,
    done: (@Sendable (Int?) -> Void)? = nil
  ) {
    self.kind = kind
    self.frame = frame
    self.operationCount = operationCount
    self.collections = collections
    self.effect = effect
    self.changes = changes
    self.ticket = ticket
    self.outcome = outcome
    self.done = done
  }

  /// The memory that the entry takes while it waits for the disk.
  var size: Int { 512 + (frame?.count ?? 0) }
}

/// A change of the collections of an account.
package enum CollectionUpdate: Hashable, Sendable {
  /// By a commit.
  case changes(CollectionChanges)
  /// By a whole repository.
  case replacement(Set<NSID>)
}
