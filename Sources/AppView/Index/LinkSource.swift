public import ATProtoSyntax
public import LexiconIndex

/// Where links are: a collection and a path in its records, as Constellation writes it:
/// `app.bsky.feed.like:subject.uri`.
public struct LinkSource: Hashable, Sendable {
  /// The collection of the records that link.
  public var collection: NSID
  /// The path of the links in a record.
  public var path: String

  /// Creates a source.
  public init(_ collection: NSID, _ path: String) {
    self.collection = collection
    self.path = path
  }

  /// Parses `collection:path`; nil without a colon or a valid collection. A `.` before the path is
  /// dropped, as Constellation's clients may write it.
  public init?(_ text: String) {
    guard let colon = text.firstIndex(of: ":"), let collection = try? NSID(String(text[..<colon]))
    else { return nil }
    let path = text[text.index(after: colon)...]
    self.init(collection, String(path.hasPrefix(".") ? path.dropFirst() : path))
  }

  /// The source as Constellation writes it: `collection:path`.
  public var text: String { "\(collection.string):\(path)" }
}

/// A query for the records that link to a target, newest first by sort time and then by URI.
public struct LinkQuery: Hashable, Sendable {
  /// What is linked to: an AT-URI, a DID, or another URI.
  public var target: String
  /// Where the links are.
  public var source: LinkSource
  /// Only links of these accounts; nil for all.
  public var repos: [DID]?
  /// Whether the oldest come first.
  public var isReversed = false
  /// The position after which the page begins; nil for the first page.
  public var after: RecordPosition?
  /// The most records of a page.
  public var limit = 16

  /// Creates a query.
  public init(target: String, source: LinkSource, limit: Int = 16) {
    self.target = target
    self.source = source
    self.limit = limit
  }
}

/// How many visible records link to a target, and how many accounts they belong to.
public struct LinkCount: Hashable, Sendable {
  /// The visible records.
  public var records: Int
  /// The accounts that they belong to.
  public var accounts: Int

  /// Creates a count.
  public init(records: Int = 0, accounts: Int = 0) {
    self.records = records
    self.accounts = accounts
  }
}

/// A record that links to one target and to another.
public struct LinkPair: Hashable, Sendable {
  /// The record.
  public var record: RecordAddress
  /// The other target.
  public var other: String

  /// Creates a pair.
  public init(record: RecordAddress, other: String) {
    self.record = record
    self.other = other
  }
}
