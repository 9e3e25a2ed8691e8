/// Deviations from canonical DAG-CBOR (DRISL) that a reader tolerates; none by default.
///
/// A tolerated deviation is normalized: if the data is written again, it is canonical. With any
/// rule other than ``allowsForeignCIDs``, the input is first converted to the canonical form, so
/// offsets in errors about a type's shape refer to that form.
public struct DecodingRules: OptionSet, Hashable, Sendable {
  /// The bits of the set.
  public let rawValue: UInt16

  /// Creates a set from its bits.
  @inlinable
  public init(rawValue: UInt16) {
    self.rawValue = rawValue
  }

  /// Only canonical DAG-CBOR with blessed CIDs.
  @inlinable public static var strict: DecodingRules { [] }

  /// Keys in any order.
  @inlinable public static var allowsUnsortedKeys: DecodingRules { DecodingRules(rawValue: 1 << 0) }
  /// Repeated keys in an object; the last value is used. Implies ``allowsUnsortedKeys``.
  @inlinable public static var allowsRepeatedKeys: DecodingRules { DecodingRules(rawValue: 1 << 1) }
  /// Integers and lengths in more bytes than necessary.
  @inlinable public static var allowsLongForms: DecodingRules { DecodingRules(rawValue: 1 << 2) }
  /// Strings in chunks; arrays and maps up to a break.
  @inlinable public static var allowsIndefiniteLengths: DecodingRules {
    DecodingRules(rawValue: 1 << 3)
  }
  /// Floats without a fraction that fit in 64 bits; they become integers.
  @inlinable public static var allowsIntegralFloats: DecodingRules {
    DecodingRules(rawValue: 1 << 4)
  }
  /// Tags other than 42; they are dropped, their content is kept.
  @inlinable public static var allowsForeignTags: DecodingRules { DecodingRules(rawValue: 1 << 5) }
  /// `undefined` and simple values other than booleans and null; they become null.
  @inlinable public static var allowsSimpleValues: DecodingRules { DecodingRules(rawValue: 1 << 6) }
  /// Bytes after the document; they are ignored.
  @inlinable public static var allowsTrailingBytes: DecodingRules {
    DecodingRules(rawValue: 1 << 7)
  }
  /// Text that is not UTF-8; it is repaired with replacement characters.
  @inlinable public static var allowsInvalidUTF8: DecodingRules { DecodingRules(rawValue: 1 << 8) }
  /// Tag 42 around a CID without the zero byte before it.
  @inlinable public static var allowsUnprefixedCIDs: DecodingRules {
    DecodingRules(rawValue: 1 << 9)
  }
  /// Well-formed CIDs of any version, codec, and hash, in DAG-CBOR and in JSON.
  @inlinable public static var allowsForeignCIDs: DecodingRules { DecodingRules(rawValue: 1 << 10) }
  /// Keys that are integers, which become their digits, or bytes that are UTF-8, which become text.
  @inlinable public static var allowsNonStringKeys: DecodingRules {
    DecodingRules(rawValue: 1 << 11)
  }
}
