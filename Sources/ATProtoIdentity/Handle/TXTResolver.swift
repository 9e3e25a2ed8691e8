/// Asks name servers for TXT records: the seam between handles and the DNS. ``FixedTXTResolver`` is
/// the twin for tests.
public protocol TXTResolver: Sendable {
  /// The texts of the records of `name`, each with its strings joined; none where there is no such
  /// name. Throws ``IdentityError/Code/timedOut`` or ``IdentityError/Code/unreachable`` where the
  /// servers give no answer.
  func texts(of name: String, within limit: Duration) async throws(IdentityError) -> [String]
}

/// Knows some records and no others.
public struct FixedTXTResolver: TXTResolver {
  private let table: [String: [String]]

  public init(_ table: [String: [String]] = [:]) {
    self.table = table
  }

  public func texts(
    of name: String,
    within limit: Duration
  ) async throws(IdentityError) -> [String] {
    table[name] ?? []
  }
}
