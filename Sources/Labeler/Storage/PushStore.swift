/// Takedowns on their way to other services, within a transaction.
package protocol PushStore {
  /// Inserts or replaces the row of a target and subject.
  func save(_ row: PushRow) throws

  func row(_ target: PushTarget.Kind, _ subject: PushSubject) throws -> PushRow?

  /// The rows of a subject, its versions, and, for an account, its files.
  ///
  /// - Parameter uri: a DID or an AT-URI.
  func rows(of uri: String) throws -> [PushRow]

  /// The rows of targets that are due at `now`, earliest first.
  func due(of targets: [PushTarget.Kind], at now: Int, limit: Int) throws -> [PushRow]

  /// When the first row of these targets is due.
  func nextDue(of targets: [PushTarget.Kind]) throws -> Int?

  func waitingCount(_ target: PushTarget.Kind) throws -> Int
}
