public import ATProtoData
public import ATProtoSyntax
package import LexiconIndex

/// The index at one moment.
///
/// Only visible accounts and records are in it: not those of accounts that are deactivated,
/// deleted, or taken down.
public struct IndexState {
  package let snapshot: any IndexSnapshot
  package let plan: IndexPlan

  package init(snapshot: any IndexSnapshot, plan: IndexPlan) {
    self.snapshot = snapshot
    self.plan = plan
  }
}

// MARK: Accounts

extension IndexState {
  /// An account, visible or not; nil if its repository is not followed.
  public func account(_ identifier: ATIdentifier) throws -> IndexedAccount? {
    switch identifier {
    case .did(let did): try snapshot.accounts.account(did)
    case .handle(let handle): try snapshot.accounts.account(handle: handle)
    }
  }

  /// The accounts among these that are followed, visible or not.
  public func accounts(_ dids: [DID]) throws -> [DID: IndexedAccount] {
    dids.isEmpty ? [:] : try snapshot.accounts.accounts(dids)
  }
}

// MARK: Records

extension IndexState {
  /// A record; nil if there is none that is visible and conforms to its lexicon.
  public func record<Record: LexiconRecord>(
    _ type: Record.Type,
    at address: RecordAddress
  ) throws -> IndexRecord<Record>? {
    guard address.collection.string == Record.nsid else { return nil }
    return try snapshot.records.record(address).flatMap { IndexRecord($0) }
  }

  /// The records of a type among these, in one read.
  public func records<Record: LexiconRecord>(
    _ type: Record.Type,
    at addresses: [RecordAddress]
  ) throws -> [RecordAddress: IndexRecord<Record>] {
    try records(at: addresses.filter { $0.collection.string == Record.nsid })
      .compactMapValues { IndexRecord($0) }
  }

  /// The records among these, of whatever type, whether or not they conform to their lexicons.
  public func records(at addresses: [RecordAddress]) throws -> [RecordAddress: IndexedRecord] {
    addresses.isEmpty ? [:] : try snapshot.records.records(addresses)
  }

  /// The records of an account by record key, the greatest first unless reversed. Those that
  /// violate their lexicon are left out, so a page may be shorter than its limit.
  public func list<Record: LexiconRecord>(
    _ type: Record.Type,
    of did: DID,
    after cursor: String? = nil,
    isReversed: Bool = false,
    limit: Int = 50
  ) throws -> IndexRecords<Record> {
    let scope = "list \(Record.nsid) \(did) \(isReversed)"
    let position = try cursor.map { text in
      guard case .text(let key)? = try PageCursor(text, scope: scope).parts.first,
        let recordKey = try? RecordKey(key)
      else { throw IndexQueryError(.invalidCursor, "the cursor is not one of this list") }
      return recordKey
    }
    let page = try snapshot.records.list(
      Self.collection(type),
      of: did,
      after: position,
      isReversed: isReversed,
      limit: limit
    )
    return IndexRecords(
      records: page.elements.compactMap { IndexRecord($0) },
      cursor: page.next.map { PageCursor([.text($0.string)]).text(scope: scope) }
    )
  }

  static func collection<Record: LexiconRecord>(
    _ type: Record.Type
  ) throws(IndexQueryError) -> NSID {
    do {
      return try NSID(Record.nsid)
    } catch {
      throw IndexQueryError(.unknownCollection, "\(error)")
    }
  }
}

// MARK: Links

extension IndexState {
  /// The records that link to a target from a path of a collection, newest first.
  ///
  ///     index.backlinks(of: post.uri, from: LinkSource(likes, "subject.uri"))
  ///
  /// - Parameter repos: only links of these accounts; nil for all.
  public func backlinks(
    of target: String,
    from source: LinkSource,
    repos: [DID]? = nil,
    after cursor: String? = nil,
    limit: Int = 50
  ) throws -> IndexBacklinks {
    let scope = "links \(target) \(source.text) \((repos ?? []).map(\.string))"
    var query = LinkQuery(target: target, source: source, limit: limit)
    query.repos = repos
    query.after = try cursor.map { try RecordPosition(cursor: $0, scope: scope) }
    let page = try snapshot.links.page(query)
    return IndexBacklinks(
      addresses: page.elements.map(\.address),
      cursor: page.next?.cursor(scope: scope)
    )
  }

  /// The number of records, and of accounts, that link to a target.
  public func backlinkCount(of target: String, from source: LinkSource) throws -> LinkCount {
    try snapshot.links.count(target, source, repos: nil)
  }

  /// The counts for many targets and sources at once, in their order.
  public func backlinkCounts(
    _ keys: [(target: String, source: LinkSource)]
  ) throws -> [LinkCount] {
    keys.isEmpty ? [] : try snapshot.links.counts(keys)
  }

  /// The newest record of an account that links to each of some targets, in one read: what a viewer
  /// liked, or whom an account follows.
  public func links(
    from did: DID,
    to targets: [String],
    _ source: LinkSource
  ) throws -> [String: RecordAddress] {
    targets.isEmpty
      ? [:] : try snapshot.links.links(from: did, to: targets, source).mapValues(\.address)
  }
}

/// A page of records that link to something.
public struct IndexBacklinks: Hashable, Sendable {
  /// The records, newest first.
  public var addresses: [RecordAddress]
  /// Where the next page begins; nil at the end.
  public var cursor: String?

  /// Creates a page.
  public init(addresses: [RecordAddress], cursor: String? = nil) {
    self.addresses = addresses
    self.cursor = cursor
  }
}

extension RecordPosition {
  /// Parses the text of a cursor that ``cursor(scope:)`` made for the same scope.
  package init(cursor: String, scope: String) throws(IndexQueryError) {
    let parts = try PageCursor(cursor, scope: scope).parts
    guard parts.count == 2, case .text(let uri)? = parts[1] else {
      throw IndexQueryError(.invalidCursor, "the cursor is not one of this list")
    }
    self.init(value: parts[0], uri: uri)
  }

  /// The text of a cursor for a list.
  package func cursor(scope: String) -> String {
    PageCursor([value, .text(uri)]).text(scope: scope)
  }
}
