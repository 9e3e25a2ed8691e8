/// A TXT record of a domain.
public struct TXTRecord: Hashable, Sendable {
  /// The strings of the record, joined. They are usually text, but can be any bytes.
  public var bytes: [UInt8]
  /// How long the record may be cached, or an alias that leads to it, whichever is shorter.
  public var timeToLive: Duration

  /// Creates a record.
  public init(bytes: [UInt8], timeToLive: Duration) {
    self.bytes = bytes
    self.timeToLive = timeToLive
  }

  /// Creates a record of text.
  public init(_ text: String, timeToLive: Duration = .seconds(3600)) {
    self.init(bytes: Array(text.utf8), timeToLive: timeToLive)
  }

  /// The text of the record; nil if it is not UTF-8.
  public var text: String? { String(validating: bytes, as: UTF8.self) }
}

/// Looks up TXT records: the seam between domains and the DNS. ``FixedTXTResolver`` is the in-memory
/// twin for tests.
public protocol TXTResolver: Sendable {
  /// Returns the TXT records of `name`. Returns an empty array if the name does not exist or does
  /// not have TXT records.
  ///
  /// - Throws: ``IdentityError/Code/timedOut`` or ``IdentityError/Code/unreachable`` if the name servers
  ///   do not answer or fail.
  func records(
    of name: String,
    within limit: Duration
  ) async throws(IdentityError) -> [TXTRecord]
}

extension TXTResolver {
  /// Returns the text of each TXT record of `name` that is UTF-8.
  public func texts(of name: String, within limit: Duration) async throws(IdentityError) -> [String]
  {
    try await records(of: name, within: limit).compactMap(\.text)
  }
}

/// Returns records from a table, for tests.
public struct FixedTXTResolver: TXTResolver {
  private let table: [String: [TXTRecord]]

  /// Creates a resolver for a table of texts by name.
  public init(_ table: [String: [String]] = [:]) {
    self.init(records: table.mapValues { texts in texts.map { TXTRecord($0) } })
  }

  /// Creates a resolver for a table of records by name.
  public init(records table: [String: [TXTRecord]]) {
    self.table = table
  }

  /// Returns the records in the table.
  public func records(
    of name: String,
    within limit: Duration
  ) async throws(IdentityError) -> [TXTRecord] {
    table[name] ?? []
  }
}
