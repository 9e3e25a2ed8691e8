package import ATProtoSyntax
import XRPCServer

extension ModerationDesk {
  /// A page of events.
  ///
  /// - Parameter cursor: from the previous page; nil to begin.
  package func events(
    _ filter: EventFilter,
    after cursor: String? = nil
  ) async throws -> (events: [ModerationEvent], cursor: String?) {
    let after = try cursor.map { text throws(XRPCServerError) in
      guard let id = Int(text), id > 0 else { throw .invalidCursor }
      return id
    }
    let page = try await store.read { transaction throws in
      try transaction.events.page(filter, after: after)
    }
    return (page.events, page.next.map { String($0) })
  }

  /// A page of statuses.
  ///
  /// - Parameter cursor: from the previous page; nil to begin.
  package func statuses(
    _ filter: StatusFilter,
    after cursor: String? = nil
  ) async throws -> (statuses: [SubjectStatus], cursor: String?) {
    let after = try cursor.map { text throws(XRPCServerError) in
      guard let position = StatusPosition(text) else { throw .invalidCursor }
      return position
    }
    let now = now()
    let page = try await store.read { transaction throws in
      try transaction.statuses.page(filter, after: after, at: now)
    }
    return (page.statuses, page.next?.text)
  }

  package func event(_ id: Int) async throws -> ModerationEvent? {
    try await store.read { transaction throws in try transaction.events.event(id) }
  }

  package func status(of subject: Subject) async throws -> SubjectStatus? {
    let key = subject.key
    return try await store.read { transaction throws in try transaction.statuses.status(key) }
  }

  package func tally(of did: DID) async throws -> AccountTally {
    try await store.read { transaction throws in try transaction.statuses.tally(of: did.string) }
  }

  /// The tallies of several accounts.
  package func tallies(of dids: Set<DID>) async throws -> [DID: AccountTally] {
    try await store.read { transaction throws in
      try Dictionary(
        uniqueKeysWithValues: dids.map { ($0, try transaction.statuses.tally(of: $0.string)) }
      )
    }
  }

  /// What other services know or should know about takedowns of a subject.
  package func pushes(of subject: Subject) async throws -> [PushRow] {
    let uri = subject.uri
    return try await store.read { transaction throws in try transaction.pushes.rows(of: uri) }
  }

  /// The number of statuses in a state, but at most `limit`.
  package func count(_ state: SubjectStatus.ReviewState, upTo limit: Int) async throws -> Int {
    try await store.read { transaction throws in
      try transaction.statuses.count(state, upTo: limit)
    }
  }
}

extension XRPCServerError {
  fileprivate static let invalidCursor = XRPCServerError.invalidRequest(
    "cursor is not one that this method returned"
  )
}
