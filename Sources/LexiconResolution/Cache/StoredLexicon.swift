import ATProtoData
import ATProtoHTTP
import ATProtoSyntax

/// A resolved document without its decoded record, which would need several times the memory of the
/// bytes.
struct StoredLexicon: Sendable {
  let nsid: NSID
  let did: DID
  let cid: CID
  let rev: TID
  let pds: HTTPURL
  let bytes: [UInt8]
  let limits: LexiconLimits
}

extension StoredLexicon {
  init(_ lexicon: ResolvedLexicon, limits: LexiconLimits) {
    self.init(
      nsid: lexicon.nsid,
      did: lexicon.did,
      cid: lexicon.cid,
      rev: lexicon.rev,
      pds: lexicon.pds,
      bytes: lexicon.bytes,
      limits: limits
    )
  }
}
