import ATProtoSyntax
import XRPC
package import XRPCServer

/// Which events a subscriber wants.
package struct JetstreamFilter: Sendable {
  package static let maximumCollections = 100
  package static let maximumDIDs = 10_000

  /// Collections of commits; empty for all. Events about accounts are wanted in any case.
  private(set) var collections: [CollectionPattern] = []
  /// The kinds of events.
  private(set) var kinds: Set<JetstreamKind> = [.commit, .identity, .account]
  /// Accounts; empty for all.
  private(set) var dids: Set<String> = []
  /// The longest message, in bytes, as it is sent; 0 for no limit.
  private(set) var maximumBytes = 0

  /// A filter that lets every event pass.
  package init() {}

  /// Reads `wantedCollections`, `wantedDids`, and `maxMessageSizeBytes`. A size that is not valid
  /// means no limit.
  package init(query: [(name: String, value: String)]) throws(XRPCServerError) {
    func values(_ name: String) -> [String] {
      query.filter { $0.name == name }.map(\.value)
    }
    try self.init(
      collections: values("wantedCollections"),
      dids: values("wantedDids"),
      maximumBytes: values("maxMessageSizeBytes").first.flatMap { UInt32($0) }.map(Int.init)
    )
  }

  init(
    kinds: Set<JetstreamKind> = [.commit, .identity, .account],
    collections: [String],
    dids: [String],
    maximumBytes: Int?
  ) throws(XRPCServerError) {
    self.kinds = kinds
    var seen: Set<String> = []
    for text in collections where seen.insert(text).inserted {
      guard seen.count <= Self.maximumCollections else {
        throw .invalidRequest("too many collections: the maximum is \(Self.maximumCollections)")
      }
      // A prefix need not consist of whole segments of an NSID.
      guard text.hasSuffix(".*") || (try? NSID(text)) != nil else {
        throw .invalidRequest("\(QueryString.excerpt(text)) is not a valid collection")
      }
      self.collections.append(CollectionPattern(text))
    }
    for text in dids {
      guard (try? DID(text)) != nil else {
        throw .invalidRequest("\(QueryString.excerpt(text)) is not a valid DID")
      }
      self.dids.insert(text)
      guard self.dids.count <= Self.maximumDIDs else {
        throw .invalidRequest("too many DIDs: the maximum is \(Self.maximumDIDs)")
      }
    }
    self.maximumBytes = max(0, maximumBytes ?? 0)
  }

  package func wants(_ event: JetstreamEvent) -> Bool {
    guard kinds.contains(event.kind), dids.isEmpty || dids.contains(event.did) else {
      return false
    }
    guard let collection = event.collection, !collections.isEmpty else { return true }
    return collections.contains { $0.matches(collection) }
  }

  /// The part of the filter that the index of the log can answer.
  func logFilter(_ accounts: Set<AccountID>?) -> LogFilter {
    LogFilter(
      kinds: Set(kinds.map(LogEntry.Kind.init)),
      accounts: accounts,
      collections: collections.isEmpty ? nil : collections
    )
  }

  func allows(size: Int) -> Bool {
    maximumBytes == 0 || size <= maximumBytes
  }
}

extension LogEntry.Kind {
  fileprivate init(_ kind: JetstreamKind) {
    switch kind {
    case .commit: self = .commit
    case .identity: self = .identity
    case .account: self = .account
    case .sync: self = .sync
    }
  }
}
