/// Which departures from canonical DAG-CBOR (DRISL) a reader tolerates. None by default.
///
/// What is tolerated is normalised: written again, it is canonical. With any rule besides
/// ``allowsForeignCIDs`` the input is brought into canonical form first, so offsets in errors
/// about a type's shape are those in the canonical form.
public struct Rules: OptionSet, Hashable, Sendable {
  public let rawValue: UInt16

  public init(rawValue: UInt16) {
    self.rawValue = rawValue
  }

  /// Nothing but canonical DAG-CBOR with blessed CIDs.
  public static let strict: Rules = []

  /// Keys in any order.
  public static let allowsUnsortedKeys = Rules(rawValue: 1 << 0)
  /// A key more than once in an object; the last one counts. Implies any order.
  public static let allowsRepeatedKeys = Rules(rawValue: 1 << 1)
  /// Integers and lengths in more bytes than they need.
  public static let allowsLongForms = Rules(rawValue: 1 << 2)
  /// Strings in chunks; arrays and maps up to a break.
  public static let allowsIndefiniteLengths = Rules(rawValue: 1 << 3)
  /// Floats without fraction that fit 64 bits; they become integers.
  public static let allowsIntegralFloats = Rules(rawValue: 1 << 4)
  /// Tags other than 42; they are dropped, their content is kept.
  public static let allowsForeignTags = Rules(rawValue: 1 << 5)
  /// `undefined` and simple values other than booleans and null; they become null.
  public static let allowsSimpleValues = Rules(rawValue: 1 << 6)
  /// Bytes after the document; they are ignored.
  public static let allowsTrailingBytes = Rules(rawValue: 1 << 7)
  /// Text that is not UTF-8; it is repaired with replacement characters.
  public static let allowsInvalidUTF8 = Rules(rawValue: 1 << 8)
  /// Tag 42 around a CID without the zero byte before it.
  public static let allowsUnprefixedCIDs = Rules(rawValue: 1 << 9)
  /// CIDs of any version, codec and hash that are well formed. In DAG-CBOR and in JSON.
  public static let allowsForeignCIDs = Rules(rawValue: 1 << 10)
  /// Keys that are integers, which become their digits, or bytes that are UTF-8, which become text.
  public static let allowsNonStringKeys = Rules(rawValue: 1 << 11)
}
