public import ATProtoData
public import ATProtoSyntax

// An argument that names a document:
//
//   reference = ( NSID / "at://" DID "/com.atproto.lexicon.schema/" NSID ) [ "@" CID ]

/// The name of a Lexicon document: its NSID, optionally with the CID that it must have and the DID
/// whose repository has it.
public struct LexiconReference: Hashable, Sendable {
  /// The NSID, whose domain authority is in lowercase.
  public let nsid: NSID
  /// The CID that the record must have; nil for any.
  public let cid: CID?
  /// The repository to use; nil for the one that the domain authority names.
  public let did: DID?

  /// Creates a reference. The domain authority of the NSID is converted to lowercase.
  public init(_ nsid: NSID, cid: CID? = nil, did: DID? = nil) {
    self.nsid = nsid.normalized
    self.cid = cid
    self.did = did
  }

  /// Parses `NSID`, `NSID@CID`, or `at://DID/com.atproto.lexicon.schema/NSID`, optionally with `@CID`.
  ///
  /// - Throws: ``LexiconError/Code/invalidNsid``.
  public init(_ text: String) throws(LexiconError) {
    // Neither NSIDs nor DIDs contain this character.
    let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
    let name = String(parts[0])
    let cid = parts.count > 1 ? try Self.cid(String(parts[1]), in: text) : nil
    if name.hasPrefix("at://") {
      let (did, nsid) = try Self.location(name)
      self.init(nsid, cid: cid, did: did)
      return
    }
    guard let nsid = try? NSID(name) else {
      throw LexiconError(.invalidNsid, "'\(name.prefix(400))' is not a valid NSID")
    }
    self.init(nsid, cid: cid)
  }

  private static func location(_ text: String) throws(LexiconError) -> (DID, NSID) {
    guard let uri = try? ATURI(text), let collection = uri.collection, let key = uri.recordKey,
      collection.normalized == LexiconResolver.collection, let nsid = try? NSID(key.string)
    else {
      throw LexiconError(
        .invalidNsid,
        "'\(text.prefix(400))' is not a valid URI of a Lexicon document; "
          + "use at://DID/\(LexiconResolver.collection)/NSID"
      )
    }
    guard case .did(let did) = uri.authority else {
      throw LexiconError(
        .invalidNsid,
        "'\(text.prefix(400))' has a handle; use the DID of the account instead"
      )
    }
    return (did, nsid)
  }

  private static func cid(_ text: String, in whole: String) throws(LexiconError) -> CID {
    guard let cid = try? CID(text), cid.isBlessed, cid.codec == .dagCBOR else {
      throw LexiconError(
        .invalidNsid,
        "'\(text.prefix(100))' in '\(whole.prefix(400))' is not a valid CID of a record"
      )
    }
    return cid
  }
}

extension LexiconReference: CustomStringConvertible {
  /// The reference in the form that can be parsed.
  public var description: String {
    let name = did.map { ResolvedLexicon.uri(of: nsid, in: $0) } ?? nsid.string
    return cid.map { "\(name)@\($0)" } ?? name
  }
}
