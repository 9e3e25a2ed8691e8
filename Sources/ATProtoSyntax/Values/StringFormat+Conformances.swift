// Literals are written by the programmer, so a wrong one is our own mistake and traps.
//
// Swift reads `DID("did:plc:abc")` with a literal argument as the literal itself (SE-0213); text
// from elsewhere arrives in a variable and takes the throwing initialiser.

extension StringFormat where Self: ExpressibleByStringLiteral {
  public init(stringLiteral value: String) {
    do {
      try self.init(value)
    } catch {
      preconditionFailure("string literal \"\(value)\" is \(error)")
    }
  }
}

extension ATIdentifier: ExpressibleByStringLiteral {}
extension ATURI: ExpressibleByStringLiteral {}
extension CIDString: ExpressibleByStringLiteral {}
extension Datetime: ExpressibleByStringLiteral {}
extension DID: ExpressibleByStringLiteral {}
extension Handle: ExpressibleByStringLiteral {}
extension Language: ExpressibleByStringLiteral {}
extension NSID: ExpressibleByStringLiteral {}
extension RecordKey: ExpressibleByStringLiteral {}
extension TID: ExpressibleByStringLiteral {}
extension URIString: ExpressibleByStringLiteral {}

// Every text of these formats is ASCII, so that the order of strings is the order of bytes, which
// is also that of repository paths.

extension StringFormat where Self: Comparable {
  public static func < (lhs: Self, rhs: Self) -> Bool {
    lhs.string < rhs.string
  }
}

extension ATURI: Comparable {}
extension DID: Comparable {}
extension Handle: Comparable {}
extension NSID: Comparable {}
extension RecordKey: Comparable {}
