extension LexiconValue {
  // MARK: DAG-CBOR

  /// Reads a DAG-CBOR document, from its first byte to its last.
  @inlinable
  public init(
    cbor: [UInt8],
    limits: DataLimits = .default,
    rules: Rules = .strict
  ) throws(DataError) {
    try self.init(cbor: cbor.span.raw, limits: limits, rules: rules)
  }

  /// Reads a DAG-CBOR document, from its first byte to its last.
  @inlinable
  public init(
    cbor: RawSpan,
    limits: DataLimits = .default,
    rules: Rules = .strict
  ) throws(DataError) {
    if !rules.isSubset(of: .allowsForeignCIDs) {
      let canonical = try canonicalCBOR(cbor, limits, rules)
      try self.init(cbor: canonical, limits: limits, rules: .allowsForeignCIDs)
      return
    }
    var reader = try DataReader(document: cbor, isJSON: false, limits: limits, rules: rules)
    do throws(DataError) {
      self = try Self(from: &reader)
      try reader.finish()
    } catch {
      throw error.located(in: cbor, isJSON: false)
    }
  }

  /// Reads the DAG-CBOR item at the front of `cborPrefix` and leaves what follows it.
  ///
  /// - Parameter consumed: receives the number of bytes that the item has.
  public init(
    cborPrefix: RawSpan,
    consumed: inout Int,
    limits: DataLimits = .default
  ) throws(DataError) {
    try self.init(cborPrefix: cborPrefix, consumed: &consumed, unionType: nil, limits: limits)
  }

  /// Reads the DAG-CBOR item at the front of `cborPrefix`, an object of the union member
  /// `unionType` without `$type` inside, as event streams send it.
  public init(
    cborPrefix: RawSpan,
    consumed: inout Int,
    unionType: String?,
    limits: DataLimits = .default,
    rules: Rules = .strict
  ) throws(DataError) {
    var reader = try DataReader(
      document: cborPrefix,
      isJSON: false,
      limits: limits,
      rules: rules
    )
    if let unionType { reader.presetUnionType(unionType) }
    do throws(DataError) {
      self = try Self(from: &reader)
    } catch {
      throw error.located(in: cborPrefix, isJSON: false)
    }
    consumed = reader.offset
  }

  public func cborBytes() -> [UInt8] {
    var writer = DataWriter(isJSON: false)
    encode(to: &writer)
    return writer.output.copy()
  }

  /// Appends the value in DAG-CBOR.
  public func encodeCBOR(into bytes: inout [UInt8]) {
    append(to: &bytes, isJSON: false)
  }

  /// Appends the value in DAG-CBOR, with no `$type` if it is a union's member, as event streams
  /// send it.
  public func encodeCBORWithoutUnionType(into bytes: inout [UInt8]) {
    append(to: &bytes, isJSON: false, omitsType: true)
  }

  // MARK: JSON

  /// Reads a JSON document in UTF-8, from its first byte to its last.
  @inlinable
  public init(
    json: [UInt8],
    limits: DataLimits = .default,
    rules: Rules = .strict
  ) throws(DataError) {
    try self.init(json: json.span.raw, limits: limits, rules: rules)
  }

  /// Reads a JSON document.
  public init(
    json: String,
    limits: DataLimits = .default,
    rules: Rules = .strict
  ) throws(DataError) {
    try self.init(json: json.utf8.span.raw, limits: limits, rules: rules)
  }

  /// Reads a JSON document in UTF-8, from its first byte to its last. Of the rules, only the one
  /// about CIDs matters here.
  @inlinable
  public init(
    json: RawSpan,
    limits: DataLimits = .default,
    rules: Rules = .strict
  ) throws(DataError) {
    var reader = try DataReader(document: json, isJSON: true, limits: limits, rules: rules)
    do throws(DataError) {
      self = try Self(from: &reader)
      try reader.finish()
    } catch {
      throw error.located(in: json, isJSON: true)
    }
  }

  public func jsonBytes() -> [UInt8] {
    var writer = DataWriter(isJSON: true)
    encode(to: &writer)
    return writer.output.copy()
  }

  /// Appends the value in JSON.
  public func encodeJSON(into bytes: inout [UInt8]) {
    append(to: &bytes, isJSON: true)
  }

  public func jsonString() -> String {
    var writer = DataWriter(isJSON: true)
    encode(to: &writer)
    return writer.output.text()
  }

  private func append(to bytes: inout [UInt8], isJSON: Bool, omitsType: Bool = false) {
    OutputBytes.append(to: &bytes) { output in
      var writer = DataWriter(output, isJSON: isJSON)
      if omitsType { writer.omitsNextUnionType() }
      encode(to: &writer)
      return writer.finish()
    }
  }

  // MARK: DataValue

  /// Reads a value that has no schema yet. Offsets in errors are those in its DAG-CBOR form.
  public init(_ value: DataValue) throws(DataError) {
    try self.init(cbor: value.cborBytes(), limits: .unlimited, rules: .allowsForeignCIDs)
  }

  /// The value without its schema.
  public var dataValue: DataValue {
    do throws(DataError) {
      return try DataValue(cbor: cborBytes(), limits: .unlimited, rules: .allowsForeignCIDs)
    } catch {
      preconditionFailure("a writer's output could not be read: \(error)")
    }
  }
}
