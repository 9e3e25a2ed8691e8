package import ATProtoSyntax

extension StringSchema.Format {
  /// Returns why a string does not match this format, or nil if it does.
  package func fault(in text: String) -> SyntaxError? {
    do throws(SyntaxError) {
      switch self {
      case .atIdentifier: _ = try ATIdentifier(text)
      case .atURI: _ = try ATURI(text)
      case .cid: _ = try CIDString(text)
      case .datetime: _ = try Datetime(text)
      case .did: _ = try DID(text)
      case .handle: _ = try Handle(text)
      case .language: _ = try Language(text)
      case .nsid: _ = try NSID(text)
      case .recordKey: _ = try RecordKey(text)
      case .spaceRef: _ = try SpaceRef(text)
      case .tid: _ = try TID(text)
      case .uri: _ = try URIString(text)
      }
      return nil
    } catch {
      return error
    }
  }

  /// The possible lengths of strings of this format in bytes, according to its grammar.
  package var lengths: ClosedRange<Int> {
    switch self {
    case .atIdentifier: 3...2048
    case .atURI: 8...8192
    case .cid: 8...256
    case .datetime: 20...64
    case .did: 7...2048
    case .handle: 3...253
    case .language: 2...128
    case .nsid: 5...317
    case .recordKey: 1...512
    case .spaceRef: 26...8192
    case .tid: 13...13
    case .uri: 2...8192
    }
  }
}
