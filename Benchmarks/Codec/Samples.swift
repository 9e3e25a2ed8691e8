import ATProtoData
import ArgumentParser

/// Values of one generated type in both formats, and the benchmarks for them.
struct Samples<Value: LexiconValue> {
  let name: String
  let cbor: [[UInt8]]
  let json: [[UInt8]]
  let values: [Value]
  let untyped: [DataValue]

  /// Throws if data does not round-trip to the same bytes, because a lossy codec is not worth
  /// measuring.
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

  /// Concatenated records: taking one out of an array of arrays would count a reference.
  private struct Records {
    var bytes: [UInt8] = []
    var ranges: [Range<Int>] = []

    init(_ records: [[UInt8]]) {
      for record in records {
        ranges.append(bytes.count..<bytes.count + record.count)
        bytes += record
      }
    }
  }

  var works: [Work] {
    let (cbor, json) = (Records(cbor), Records(json))
    let (cborSize, jsonSize) = (cbor.bytes.count, json.bytes.count)
    return [
      Work("\(name), DAG-CBOR decode, typed", items: cbor.ranges.count, bytes: cborSize) {
        try decodeAll(cbor) { bytes throws(DataError) in _ = try Value(cbor: bytes) }
      },
      Work("\(name), DAG-CBOR decode, DataValue", items: cbor.ranges.count, bytes: cborSize) {
        try decodeAll(cbor) { bytes throws(DataError) in _ = try DataValue(cbor: bytes) }
      },
      Work("\(name), DAG-CBOR encode, typed", items: cbor.ranges.count, bytes: cborSize) {
        encodeAll { value, buffer in value.encodeCBOR(into: &buffer) }
      },
      Work("\(name), JSON decode, typed", items: json.ranges.count, bytes: jsonSize) {
        try decodeAll(json) { bytes throws(DataError) in _ = try Value(json: bytes) }
      },
      Work("\(name), JSON decode, DataValue", items: json.ranges.count, bytes: jsonSize) {
        try decodeAll(json) { bytes throws(DataError) in _ = try DataValue(json: bytes) }
      },
      Work("\(name), JSON encode, typed", items: json.ranges.count, bytes: jsonSize) {
        encodeAll { value, buffer in value.encodeJSON(into: &buffer) }
      },
    ]
  }

  private func decodeAll(
    _ records: Records,
    _ decode: (RawSpan) throws(DataError) -> Void
  ) throws -> Int {
    let bytes = records.bytes.span.bytes
    for range in records.ranges { try decode(bytes.extracting(range)) }
    return records.ranges.count
  }

  /// One buffer for all, like a server.
  private func encodeAll(_ encode: (borrowing Value, inout [UInt8]) -> Void) -> Int {
    var buffer = [UInt8]()
    var total = 0
    let values = values.span
    for index in values.indices {
      buffer.removeAll(keepingCapacity: true)
      values.lend(index) { value in encode(value, &buffer) }
      total += buffer.count
    }
    return total
  }
}

extension Span where Element: ~Copyable {
  /// Borrows each element: a loop over an array would copy each one and count its references.
  @inline(__always)
  fileprivate func lend(_ index: Index, _ body: (borrowing Element) -> Void) {
    body(self[index])
  }
}
