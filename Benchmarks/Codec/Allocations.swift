import ATProtoData
import AllocationCount

/// Heap allocations of decoding, and how many of them are for strings and arrays.
struct Allocations {
  /// Average per record.
  var made: Double
  /// Strings of more than 15 bytes and nonempty arrays.
  var needed: Double

  /// Nil if allocations cannot be counted.
  init?<Value>(
    of records: [[UInt8]],
    _ decode: ([UInt8]) throws(DataError) -> Value
  ) throws {
    guard allocation_count() >= 0 else { return nil }
    let before = allocation_count()
    for record in records { _ = try decode(record) }
    made = Double(allocation_count() - before) / Double(records.count)
    var count = 0
    for record in records { count += Self.need(of: try DataValue(cbor: record)) }
    needed = Double(count) / Double(records.count)
  }

  private static func need(of value: DataValue) -> Int {
    switch value {
    case .string(let text): text.utf8.count > 15 ? 1 : 0
    case .array(let items): items.reduce(items.isEmpty ? 0 : 1) { $0 + need(of: $1) }
    // A typed value does not store `$type`.
    case .object(let object):
      object.reduce(0) { $0 + ($1.key == "$type" ? 0 : need(of: $1.value)) }
    default: 0
    }
  }
}
