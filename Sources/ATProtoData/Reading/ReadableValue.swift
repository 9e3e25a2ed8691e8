/// A type that is read from DAG-CBOR and never written, because its bytes are kept as they are: a
/// frame of an event stream that is passed on.
package protocol ReadableValue {
  /// Reads the value at the reader's position.
  init(from reader: inout DataReader) throws(DataError)
}

extension ReadableValue {
  /// Reads the DAG-CBOR item at the beginning of `cborPrefix` and ignores the bytes after it.
  ///
  /// - Parameter consumed: receives the length of the item in bytes.
  package init(
    cborPrefix: RawSpan,
    consumed: inout Int,
    limits: DataLimits,
    rules: DecodingRules = .strict
  ) throws(DataError) {
    precondition(rules.isSubset(of: .allowsForeignCIDs), "other rules convert the document first")
    try limits.checkSize(of: cborPrefix)
    var reader = DataReader(cborPrefix, isJSON: false, limits: limits, rules: rules)
    do throws(DataError) {
      self = try Self(from: &reader)
    } catch {
      throw error.located(in: cborPrefix, isJSON: false)
    }
    consumed = reader.offset
  }
}
