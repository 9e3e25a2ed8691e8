extension LexiconValue {
  // MARK: DAG-CBOR

  /// Reads a complete DAG-CBOR document.
  @inlinable
  public init(
    cbor: [UInt8],
    limits: DataLimits = .default,
    rules: DecodingRules = .strict
  ) throws(DataError) {
    try self.init(cbor: cbor.span.raw, limits: limits, rules: rules)
  }

  /// Reads a complete DAG-CBOR document.
  @inlinable
  public init(
    cbor: RawSpan,
    limits: DataLimits = .default,
    rules: DecodingRules = .strict
  ) throws(DataError) {
    if !rules.isSubset(of: .allowsForeignCIDs) {
      let canonical = try canonicalCBOR(cbor, limits, rules)
      try self.init(cbor: canonical, limits: limits.ofCanonicalForm, rules: .allowsForeignCIDs)
      return
    }
    try limits.checkSize(of: cbor)
    var reader = DataReader(cbor, isJSON: false, limits: limits, rules: rules)
    do throws(DataError) {
      self = try Self(from: &reader)
      try reader.finish()
    } catch {
      throw error.located(in: cbor, isJSON: false)
    }
  }

  /// Reads the DAG-CBOR item at the beginning of `cborPrefix` and ignores the bytes after it.
  ///
  /// - Parameter consumed: receives the length of the item in bytes.
  public init(
    cborPrefix: RawSpan,
    consumed: inout Int,
    limits: DataLimits = .default
  ) throws(DataError) {
    try limits.checkSize(of: cborPrefix)
    var reader = DataReader(cborPrefix, isJSON: false, limits: limits, rules: .strict)
    self = try Self(prefixOf: &reader, cborPrefix)
    consumed = reader.offset
  }

  fileprivate init(
    prefixOf reader: inout DataReader,
    _ input: RawSpan
  ) throws(DataError) {
    do throws(DataError) {
      self = try Self(from: &reader)
    } catch {
      throw error.located(in: input, isJSON: false)
    }
  }

  /// The value in canonical DAG-CBOR.
  public func cborBytes() -> [UInt8] {
    var writer = DataWriter(isJSON: false)
    encode(to: &writer)
    return writer.output.copy()
  }

  /// Appends the value in DAG-CBOR.
  public func encodeCBOR(into bytes: inout [UInt8]) {
    append(to: &bytes, isJSON: false)
  }

  // MARK: JSON

  /// Reads a complete JSON document in UTF-8.
  @inlinable
  public init(
    json: [UInt8],
    limits: DataLimits = .default,
    rules: DecodingRules = .strict
  ) throws(DataError) {
    try self.init(json: json.span.raw, limits: limits, rules: rules)
  }

  /// Reads a JSON document.
  public init(
    json: String,
    limits: DataLimits = .default,
    rules: DecodingRules = .strict
  ) throws(DataError) {
    try self.init(json: json.utf8.span.raw, limits: limits, rules: rules)
  }

  /// Reads a complete JSON document in UTF-8. The only rule that applies to JSON is
  /// ``DecodingRules/allowsForeignCIDs``.
  @inlinable
  public init(
    json: RawSpan,
    limits: DataLimits = .default,
    rules: DecodingRules = .strict
  ) throws(DataError) {
    try limits.checkSize(of: json)
    var reader = DataReader(json, isJSON: true, limits: limits, rules: rules)
    do throws(DataError) {
      self = try Self(from: &reader)
      try reader.finish()
    } catch {
      throw error.located(in: json, isJSON: true)
    }
  }

  /// The value in JSON, in UTF-8.
  public func jsonBytes() -> [UInt8] {
    var writer = DataWriter(isJSON: true)
    encode(to: &writer)
    return writer.output.copy()
  }

  /// Appends the value in JSON.
  public func encodeJSON(into bytes: inout [UInt8]) {
    append(to: &bytes, isJSON: true)
  }

  /// The value in JSON.
  public func jsonString() -> String {
    var writer = DataWriter(isJSON: true)
    encode(to: &writer)
    return writer.output.text()
  }

  fileprivate func append(to bytes: inout [UInt8], isJSON: Bool, omitsType: Bool = false) {
    OutputBytes.append(to: &bytes) { output in
      var writer = DataWriter(output, isJSON: isJSON)
      if omitsType { writer.omitsNextUnionType() }
      encode(to: &writer)
      return writer.finish()
    }
  }

  // MARK: DataValue

  /// Reads a value that was read without its schema. Offsets in errors refer to its DAG-CBOR form.
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

extension LexiconUnion {
  /// Reads the DAG-CBOR item at the beginning of `cborPrefix`, an object of the member `unionType`
  /// without its `$type`, as event streams send it (Event Stream specification, "Message Type").
  ///
  /// For an unknown member, `$type` is added to the object, so that its type is not lost.
  public init(
    cborPrefix: RawSpan,
    consumed: inout Int,
    unionType: String,
    limits: DataLimits = .default
  ) throws(DataError) {
    try limits.checkSize(of: cborPrefix)
    var reader = DataReader(cborPrefix, isJSON: false, limits: limits, rules: .strict)
    reader.presetUnionType(unionType)
    do throws(DataError) {
      let value = try Self(prefixOf: &reader, cborPrefix)
      if reader.hasTakenUnionType {
        self = value
        consumed = reader.offset
        return
      }
    } catch {
      if reader.hasTakenUnionType { throw error }
    }
    var object = try DataValue(cborPrefix: cborPrefix, consumed: &consumed, limits: limits)
    if object.object == nil {
      throw DataError(.typeMismatch, at: 0, "a message must be an object")
    }
    object["$type"] = .string(unionType)
    try self.init(object)
  }

  /// Appends the value in DAG-CBOR, without the `$type` of a known member, as event streams
  /// send it.
  public func encodeCBORWithoutUnionType(into bytes: inout [UInt8]) {
    append(to: &bytes, isJSON: false, omitsType: true)
  }
}
