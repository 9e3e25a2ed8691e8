// Literals are written by the programmer, so an invalid one is a programming error and traps.
//
// Swift reads `DID("did:plc:abc")` with a literal argument as the literal itself (SE-0213); text
// from elsewhere is in a variable and uses the throwing initializer.

extension StringFormat where Self: ExpressibleByStringLiteral {
  /// Creates a value from a literal, which must be valid; an invalid one traps.
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
extension SpaceRef: ExpressibleByStringLiteral {}
extension TID: ExpressibleByStringLiteral {}
extension URIString: ExpressibleByStringLiteral {}

// All strings of these formats are ASCII, so the order of strings is the order of bytes, which is
// also that of repository paths.

extension StringFormat where Self: Comparable {
  /// Orders by string. The strings of these formats are ASCII, so this is also the order of bytes.
  public static func < (lhs: Self, rhs: Self) -> Bool {
    lhs.string < rhs.string
  }
}

extension ATURI: Comparable {}
extension DID: Comparable {}
extension Handle: Comparable {}
extension NSID: Comparable {}
extension RecordKey: Comparable {}
