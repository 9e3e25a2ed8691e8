import ATProtoSyntax

// The messages of `network.bsky.jetstream.subscribeEvents`, in the encoding `xrpc.v1.json` (proposal
// 0015):
//
//   { "$type": "message", "payload": { "$type": "network.bsky.jetstream.subscribeEvents#commit",
//     "seq", "did", "time", "rev", "operation", "collection", "rkey", "record"?, "cid"? } }
//
// `#identity`, `#account`, and `#sync` have the event of the firehose in a field with their name.

extension JetstreamEvent {
  static let method = "network.bsky.jetstream.subscribeEvents"
  /// The numbers of one record: a commit has at most 200 operations.
  static let numbersPerRecord = 256

  /// The position in the stream: increases with each event.
  var number: Int {
    sequence * Self.numbersPerRecord + min(index, Self.numbersPerRecord - 1)
  }

  func json() -> [UInt8] {
    var output = JSONOutput()
    output.raw(#"{"$type":"message","payload":{"$type":"\#(Self.method)#\#(kind.rawValue)""#)
    output.raw(",\"seq\":\(number)")
    output.field("did", did)
    output.field("time", Self.time(microseconds))
    output.raw(",")
    if case .record(let record) = content {
      output.append(record, collection ?? "")
    } else {
      output.raw("\"\(kind.rawValue)\":{")
      appendUpstream(to: &output)
      output.raw("}")
    }
    output.raw("}}")
    return output.bytes
  }

  /// A notice about the stream, without a number.
  static func info(_ name: String, _ message: String) -> [UInt8] {
    var output = JSONOutput()
    output.raw(#"{"$type":"message","payload":{"$type":"\#(method)#info""#)
    output.field("name", name)
    output.field("message", message)
    output.raw("}}")
    return output.bytes
  }

  /// The last message of a stream that ends with an error.
  static func error(_ name: String, _ message: String) -> [UInt8] {
    var output = JSONOutput()
    output.raw(#"{"$type":"error""#)
    output.field("error", name)
    output.field("message", message)
    output.raw("}")
    return output.bytes
  }

  private static func time(_ microseconds: UInt64) -> String {
    let instant = Datetime.Instant(
      seconds: Int64(microseconds / 1_000_000),
      nanoseconds: Int32(microseconds % 1_000_000) * 1_000
    )
    return Datetime(instant, fractionDigits: 6)?.string ?? ""
  }
}
