public import ATProtoData

/// Checks properties that hold for every input of a codec: decoding an input returns a value or
/// throws; a decoded value encodes to the same bytes, in both formats; and generated types agree
/// with data without a schema.
///
///     let check = CodecCheck([AppBsky.Feed.Post.self])
///     let findings = check.findings(cbor: bytes)
public struct CodecCheck: Sendable {
  /// The types to decode in addition to `DataValue`.
  public var types: [any LexiconValue.Type]

  /// Creates a check.
  ///
  /// - Parameter types: the types to decode in addition to `DataValue`.
  public init(_ types: [any LexiconValue.Type]) {
    self.types = types
  }

  /// The violated properties for an input that may be DAG-CBOR; empty if none are.
  public func findings(cbor bytes: [UInt8]) -> [String] {
    var findings = Findings()
    let value = try? DataValue(cbor: bytes)
    if let value {
      findings.expect(value.cborBytes() == bytes, "data: other bytes")
      findings.check(value)
    }
    let tolerant = try? DataValue(cbor: bytes, rules: .everything)
    if let value { findings.expect(tolerant == value, "data: tolerance reads another value") }
    if let tolerant {
      let again = try? DataValue(cbor: tolerant.cborBytes(), rules: .allowsForeignCIDs)
      findings.expect(again == tolerant, "data: the value from tolerant decoding is not canonical")
    }
    for type in types {
      findings.check(type, bytes, value, isJSON: false)
    }
    return findings.all
  }

  /// The violated properties for an input that may be JSON; empty if none are.
  public func findings(json bytes: [UInt8]) -> [String] {
    var findings = Findings()
    let value = try? DataValue(json: bytes)
    if let value { findings.check(value) }
    for type in types {
      findings.check(type, bytes, value, isJSON: true)
    }
    return findings.all
  }
}

private struct Findings {
  var all: [String] = []

  mutating func expect(_ condition: Bool, _ finding: @autoclosure () -> String) {
    if !condition { all.append(finding()) }
  }

  mutating func check(_ value: DataValue) {
    let bytes = value.cborBytes()
    expect((try? DataValue(cbor: bytes)) == value, "data: another value from its DAG-CBOR")
    if !value.hasReservedKeys {
      let again = try? DataValue(json: value.jsonBytes())
      expect(again?.cborBytes() == bytes, "data: another value from its JSON")
    }
    _ = value.validateDataModel()
    _ = value.blobs
  }

  mutating func check<Value: LexiconValue>(
    _ type: Value.Type,
    _ input: [UInt8],
    _ data: DataValue?,
    isJSON: Bool
  ) {
    guard let value = isJSON ? try? Value(json: input) : try? Value(cbor: input) else { return }
    guard let data else {
      all.append("\(type): decodes an input that is not data")
      return
    }
    let bytes = value.cborBytes()
    expect(bytes == (isJSON ? data.cborBytes() : input), "\(type): other bytes")
    expect((try? Value(cbor: bytes))?.cborBytes() == bytes, "\(type): other from its DAG-CBOR")
    expect((try? Value(data))?.cborBytes() == bytes, "\(type): other from the data")
    if !data.hasReservedKeys {
      let json = value.jsonBytes()
      expect((try? Value(json: json))?.cborBytes() == bytes, "\(type): other from its JSON")
      expect(json == data.jsonBytes(), "\(type): other JSON than the data's")
    }
    expect((try? Value(cbor: bytes)) == value, "\(type): not equal to itself")
    _ = value.validate()
  }
}

extension DecodingRules {
  fileprivate static let everything = DecodingRules(rawValue: .max)
}

extension DataValue {
  /// Whether a key would change the type of an object in JSON. DAG-CBOR can represent such keys, but
  /// the data model reserves them.
  fileprivate var hasReservedKeys: Bool {
    switch self {
    case .array(let elements): elements.contains { $0.hasReservedKeys }
    case .object(let object):
      object.contains { $0.key == "$link" || $0.key == "$bytes" || $0.value.hasReservedKeys }
    default: false
    }
  }
}
