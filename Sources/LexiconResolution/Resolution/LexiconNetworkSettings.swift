public import ATProtoHTTP
public import ATProtoSyntax

/// What a resolver may do on the network, and answers to use instead of looking them up.
public struct LexiconNetworkSettings: Hashable, Sendable {
  /// DIDs by domain authority, in lowercase. These domains, but not their subdomains, are not looked
  /// up.
  public var authorities: [String: DID]
  /// The DID for all other domain authorities; nil to look them up.
  public var authorityForAll: DID?
  /// Whether loopback IP addresses may be called, also over plain HTTP, and `.test` domains looked
  /// up, for development.
  public var allowsLoopback: Bool
  /// A server to ask for proofs before the PDS, which does not need to be trusted.
  public var mirror: HTTPURL?
  /// Whether the identity directory caches documents, so that a signature that is not valid may
  /// mean that the key has changed since.
  public var cachesDocuments: Bool
  /// The limits of lookups.
  public var limits: LexiconLimits

  /// Creates settings; the defaults are those of the public network.
  public init(
    authorities: [String: DID] = [:],
    authorityForAll: DID? = nil,
    allowsLoopback: Bool = false,
    mirror: HTTPURL? = nil,
    cachesDocuments: Bool = false,
    limits: LexiconLimits = LexiconLimits()
  ) {
    self.authorities = authorities
    self.authorityForAll = authorityForAll
    self.allowsLoopback = allowsLoopback
    self.mirror = mirror
    self.cachesDocuments = cachesDocuments
    self.limits = limits
  }

  /// Adds the authorities of a list: `example.com=did:plc:…,example.org=did:web:…`. A DID without a
  /// domain is for all others.
  ///
  /// - Throws: ``LexiconError/Code/invalidNsid``.
  public mutating func addAuthorities(_ list: String) throws(LexiconError) {
    for entry in list.split(separator: ",") {
      let parts = entry.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let last = parts.last, let did = try? DID(String(last)) else {
        throw LexiconError(.invalidNsid, "'\(entry.prefix(400))' does not end in a valid DID")
      }
      guard parts.count == 2 else {
        authorityForAll = did
        continue
      }
      guard let domain = try? Handle(String(parts[0])) else {
        throw LexiconError(.invalidNsid, "'\(parts[0].prefix(300))' is not a valid domain")
      }
      authorities[domain.normalized.string] = did
    }
  }

  /// The IP addresses that may be called: public ones over TLS, and with ``allowsLoopback`` this
  /// machine. Transports of the resolver and of its identity directory should have this policy.
  public var addressPolicy: IPAddressPolicy {
    IPAddressPolicy(
      allowsLoopback: allowsLoopback,
      plainHTTP: allowsLoopback ? .loopback : .nowhere
    )
  }
}

/// The limits of lookups.
public struct LexiconLimits: Hashable, Sendable {
  /// The longest time for the TXT records of a domain.
  public var dnsTimeout: Duration
  /// The longest time for a response, including connecting.
  public var fetchTimeout: Duration
  /// The largest proof, in bytes.
  public var responseBytes: Int
  /// The largest record, in bytes of DAG-CBOR.
  public var recordBytes: Int
  /// The deepest nesting of a record.
  public var depth: Int
  /// The most requests at once. Slow hosts can occupy them all, so a server should allow more than a
  /// command.
  public var concurrentFetches: Int
  /// The most requests to one host at once.
  public var concurrentFetchesPerHost: Int

  /// Creates limits.
  public init(
    dnsTimeout: Duration = .seconds(5),
    fetchTimeout: Duration = .seconds(10),
    responseBytes: Int = 2 << 20,
    recordBytes: Int = 1 << 20,
    depth: Int = 128,
    concurrentFetches: Int = 8,
    concurrentFetchesPerHost: Int = 4
  ) {
    self.dnsTimeout = dnsTimeout
    self.fetchTimeout = fetchTimeout
    self.responseBytes = responseBytes
    self.recordBytes = recordBytes
    self.depth = depth
    self.concurrentFetches = concurrentFetches
    self.concurrentFetchesPerHost = concurrentFetchesPerHost
  }
}
