import ATProtoData
import ATProtoRepo

// The messages of Jetstream v1, with fields in the order in which its server writes them:
//
//   { "did", "time_us", "kind": "commit",
//     "commit": { "rev", "operation", "collection", "rkey", "record"?, "cid"? } }
//   { "did", "time_us", "kind": "identity", "identity": { "did", "handle"?, "seq", "time" } }
//   { "did", "time_us", "kind": "account", "account": { "active", "did", "seq", "status"?, "time" } }

extension JetstreamEvent {
  func json(_ version: JetstreamVersion) -> [UInt8] {
    switch version {
    case .one: legacyJSON()
    case .two: json()
    }
  }

  private func legacyJSON() -> [UInt8] {
    var output = JSONOutput()
    output.raw("{\"did\":")
    output.string(did)
    output.raw(",\"time_us\":\(microseconds),\"kind\":")
    switch content {
    case .record(let record):
      output.raw("\"commit\",\"commit\":{")
      output.append(record, collection ?? "")
    case .identity, .account, .sync:
      output.raw("\"\(kind.rawValue)\",\"\(kind.rawValue)\":{")
      appendUpstream(to: &output)
    }
    output.raw("}}")
    return output.bytes
  }

  /// The fields of an event that is not about a record.
  func appendUpstream(to output: inout JSONOutput) {
    switch content {
    case .record: break
    case .identity(let handle, let time):
      output.raw("\"did\":")
      output.string(did)
      output.field("handle", handle)
      output.raw(",\"seq\":\(sequence)")
      output.field("time", time)
    case .account(let isActive, let status, let time):
      output.raw("\"active\":\(isActive)")
      output.field("did", did)
      output.raw(",\"seq\":\(sequence)")
      output.field("status", status)
      output.field("time", time)
    case .sync(let rev, let blocks, let time):
      output.raw("\"did\":")
      output.string(did)
      output.field("rev", rev)
      output.raw(",\"seq\":\(sequence)")
      output.field("time", time)
      output.raw(",\"blocks\":")
      output.value(.bytes(Bytes(blocks)))
    }
  }
}

/// Writes JSON with fields in a given order.
struct JSONOutput {
  private(set) var bytes: [UInt8] = []

  init() {
    bytes.reserveCapacity(1_024)
  }

  mutating func raw(_ text: String) {
    bytes += text.utf8
  }

  mutating func string(_ text: String) {
    bytes += DataValue.string(text).jsonBytes()
  }

  mutating func value(_ value: DataValue) {
    bytes += value.jsonBytes()
  }

  /// Writes a field that is not the first one, unless it is nil.
  mutating func field(_ name: String, _ text: String?) {
    guard let text else { return }
    raw(",\"\(name)\":")
    string(text)
  }

  mutating func append(_ record: JetstreamEvent.RecordEvent, _ collection: String) {
    raw("\"rev\":")
    string(record.rev)
    field("operation", record.action)
    field("collection", collection)
    field("rkey", record.recordKey)
    if let block = record.block,
      let value = try? DataValue(cbor: block, limits: .record, rules: .allowsForeignCIDs)
    {
      raw(",\"record\":")
      self.value(value)
    }
    field("cid", record.cid)
  }
}
