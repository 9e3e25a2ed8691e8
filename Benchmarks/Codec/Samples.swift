import ATProtoData
import ArgumentParser

/// Values of one generated type, in both formats, and what can be measured with them.
struct Samples<Value: LexiconValue> {
  let name: String
  let cbor: [[UInt8]]
  let json: [[UInt8]]
  let values: [Value]
  let untyped: [DataValue]

  /// Refuses data that does not come back as the same bytes: a codec that loses something is not
  /// worth measuring.
  init(_ name: String, cbor: [[UInt8]], json: [[UInt8]]) throws {
    self.name = name
    self.cbor = cbor
    self.json = json
    values = try cbor.map { bytes throws(DataError) in try Value(cbor: bytes) }
    untyped = try cbor.map { bytes throws(DataError) in try DataValue(cbor: bytes) }
    for (index, bytes) in cbor.enumerated() {
      guard values[index].cborBytes() == bytes, untyped[index].cborBytes() == bytes,
        try Value(json: json[index]).cborBytes() == bytes
      else { throw ValidationError("\(name): record \(index) does not round-trip") }
    }
  }

  var works: [Work] {
    let cborSize = cbor.reduce(0) { $0 + $1.count }
    let jsonSize = json.reduce(0) { $0 + $1.count }
    return [
      Work("\(name), DAG-CBOR decode, typed", items: cbor.count, bytes: cborSize) {
        try decodeAll(cbor) { bytes throws(DataError) in _ = try Value(cbor: bytes) }
      },
      Work("\(name), DAG-CBOR decode, DataValue", items: cbor.count, bytes: cborSize) {
        try decodeAll(cbor) { bytes throws(DataError) in _ = try DataValue(cbor: bytes) }
      },
      Work("\(name), DAG-CBOR encode, typed", items: cbor.count, bytes: cborSize) {
        encodeAll { value, buffer in value.encodeCBOR(into: &buffer) }
      },
      Work("\(name), JSON decode, typed", items: json.count, bytes: jsonSize) {
        try decodeAll(json) { bytes throws(DataError) in _ = try Value(json: bytes) }
      },
      Work("\(name), JSON decode, DataValue", items: json.count, bytes: jsonSize) {
        try decodeAll(json) { bytes throws(DataError) in _ = try DataValue(json: bytes) }
      },
      Work("\(name), JSON encode, typed", items: json.count, bytes: jsonSize) {
        encodeAll { value, buffer in value.encodeJSON(into: &buffer) }
      },
    ]
  }

  private func decodeAll(
    _ records: [[UInt8]],
    _ decode: ([UInt8]) throws(DataError) -> Void
  ) throws -> Int {
    for record in records { try decode(record) }
    return records.count
  }

  /// One buffer for all, as a server keeps one.
  private func encodeAll(_ encode: (Value, inout [UInt8]) -> Void) -> Int {
    var buffer = [UInt8]()
    var total = 0
    for value in values {
      buffer.removeAll(keepingCapacity: true)
      encode(value, &buffer)
      total += buffer.count
    }
    return total
  }
}
