import ATProtoData
import ATProtoSyntax
import LexiconResolution

/// Finds published Lexicon documents: the seam between the checks of this server and the network.
protocol LexiconSource: Sendable {
  /// The document that is published under an NSID.
  func lexicon(_ nsid: NSID) async throws(LexiconError) -> PublishedLexicon
}

/// A Lexicon document whose proof is verified, as far as the checks of this server need it.
struct PublishedLexicon: Sendable {
  var cid: CID
  var record: DataValue
  /// The bytes of the record in DAG-CBOR.
  var length: Int
}

extension PublishedLexicon {
  init(_ lexicon: ResolvedLexicon) {
    self.init(cid: lexicon.cid, record: lexicon.record, length: lexicon.bytes.count)
  }
}

/// Asks the network each time, for checks with a cache of their own. An old proof is refused as by the
/// cache of the resolver.
struct RefreshedLexicons: LexiconSource {
  let cache: CachingLexiconResolver

  func lexicon(_ nsid: NSID) async throws(LexiconError) -> PublishedLexicon {
    PublishedLexicon(try await cache.refresh(nsid))
  }
}

extension CachingLexiconResolver: LexiconSource {
  func lexicon(_ nsid: NSID) async throws(LexiconError) -> PublishedLexicon {
    PublishedLexicon(try await resolveForChecks(nsid))
  }
}
