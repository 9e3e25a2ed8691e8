/// A type with named fields.
///
/// Equality and hashing have default implementations that compare the canonical DAG-CBOR forms:
/// synthesized implementations for every type would take a third of the build time.
public protocol LexiconObject: LexiconValue {
  /// The fields that the schema does not name, kept so that nothing is lost.
  var unknownFields: UnknownFields { get }
}

/// The content of a record; its `$type` is one of its fields.
public protocol LexiconRecord: LexiconObject {
  static var nsid: String { get }
  /// The record keys that the lexicon allows.
  static var recordKeyType: RecordKeyType { get }
}

/// A choice between types, by `$type`.
public protocol LexiconUnion: LexiconValue {}

extension LexiconObject {
  /// Whether both values have the same DAG-CBOR.
  public static func == (lhs: Self, rhs: Self) -> Bool {
    haveEqualEncodings(lhs, rhs)
  }

  /// Hashes what `==` compares.
  public func hash(into hasher: inout Hasher) {
    hashEncoding(self, into: &hasher)
  }
}

extension LexiconUnion {
  /// Whether both values have the same DAG-CBOR.
  public static func == (lhs: Self, rhs: Self) -> Bool {
    haveEqualEncodings(lhs, rhs)
  }

  /// Hashes what `==` compares.
  public func hash(into hasher: inout Hasher) {
    hashEncoding(self, into: &hasher)
  }
}

private func haveEqualEncodings(_ lhs: some LexiconValue, _ rhs: some LexiconValue) -> Bool {
  var left = DataWriter(isJSON: false)
  lhs.encode(to: &left)
  var right = DataWriter(isJSON: false)
  rhs.encode(to: &right)
  return left.output == right.output
}

private func hashEncoding(_ value: some LexiconValue, into hasher: inout Hasher) {
  var writer = DataWriter(isJSON: false)
  value.encode(to: &writer)
  writer.output.hash(into: &hasher)
}
