/// The statuses of subjects and the tallies of accounts, within a transaction.
package protocol SubjectStatusStore {
  func status(_ subject: SubjectKey) throws -> SubjectStatus?

  /// Inserts or replaces the status of a subject.
  ///
  /// - Parameter previous: the stored status, as ``status(_:)`` returned it; nil if there is none.
  /// - Returns: the status with its number.
  func save(_ status: SubjectStatus, replacing previous: SubjectStatus?) throws -> SubjectStatus

  /// The statuses that a filter matches, in its order.
  ///
  /// - Parameters:
  ///   - after: the position of the last status that was examined; nil to begin.
  ///   - now: mutes that end later count.
  func page(_ filter: StatusFilter, after: StatusPosition?, at now: Int) throws -> StatusPage

  /// The statuses of an account and its records that are open or escalated.
  func pending(of did: String, limit: Int) throws -> [SubjectStatus]

  /// The statuses whose suspension ends at `now` or earlier, earliest first.
  func suspended(until now: Int, limit: Int) throws -> [SubjectStatus]

  /// The statuses with tags that expire at `now` or earlier.
  func tagged(until now: Int, limit: Int) throws -> [SubjectStatus]

  /// The number of statuses in a state, but at most `limit`.
  func count(_ state: SubjectStatus.ReviewState, upTo limit: Int) throws -> Int

  func tally(of did: String) throws -> AccountTally
  func setTally(_ tally: AccountTally, of did: String) throws
}

/// A part of a list of statuses.
package struct StatusPage: Hashable, Sendable {
  package var statuses: [SubjectStatus]
  /// Where to go on; nil if all statuses were examined.
  package var next: StatusPosition?

  package init(statuses: [SubjectStatus], next: StatusPosition?) {
    self.statuses = statuses
    self.next = next
  }
}

/// A place in a sorted list of statuses.
package struct StatusPosition: Hashable, Sendable {
  /// The value of the field that sorts; 0 if it is missing.
  package var value: Int
  package var id: Int

  package init(value: Int, id: Int) {
    self.value = value
    self.id = id
  }

  /// The cursor of the position.
  package var text: String { "\(value)::\(id)" }

  /// Parses a cursor; nil if it is not one.
  package init?(_ text: String) {
    guard text.utf8.count <= 64, let separator = text.firstRange(of: "::"),
      let value = Int(text[..<separator.lowerBound]), let id = Int(text[separator.upperBound...])
    else { return nil }
    self.value = value
    self.id = id
  }
}
