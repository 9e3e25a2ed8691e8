import ATProtoData
import Lexicon

// Values whose shape the data model defines: blobs, and data without a schema.

extension Sampler {
  mutating func blob(_ schema: BlobSchema) -> DataValue? {
    let most = schema.maxSize ?? 1 << 40
    guard most >= 1, let mimeType = random.pick(schema.mimeTypes) else { return nil }
    // The deprecated form does not have a size, so it cannot violate a limit.
    if budget > 0 && random.oneIn(8) { return legacyBlob(mimeType) }
    return blob(mimeType, size: budget > 0 ? 1 + random.below(most) : 1)
  }

  mutating func blob(_ mimeType: String, size: Int, codec: CID.Codec = .raw) -> DataValue {
    [
      "$type": "blob", "ref": .link(link(codec)), "mimeType": .string(mimeType),
      "size": .integer(size),
    ]
  }

  mutating func legacyBlob(_ mimeType: String) -> DataValue {
    ["cid": .string(link(.raw).string), "mimeType": .string(mimeType)]
  }

  /// An object without a schema. Lexicon specification, "unknown": "The top-level data must be an
  /// object", and not a blob or link.
  mutating func data(room: Int) -> DataValue {
    guard budget > 0 && room > 1 else { return [:] }
    var fields = unknownFields(room: room - 1)
    fields.shuffle(using: &random)
    fields.removeLast(random.below(fields.count))
    if random.oneIn(2) { fields.append(("$type", "com.example.anything")) }
    return .object(DataObject(distinct: fields))
  }

  /// Fields of every kind of data, with keys of all lengths that an author is unlikely to choose.
  mutating func unknownFields(room: Int) -> [(key: String, value: DataValue)] {
    var fields: [(key: String, value: DataValue)] = [
      ("~", .null),
      ("~b", .boolean(random.oneIn(2))),
      ("~in", .integer(edges.randomElement(using: &random) ?? 0)),
      ("~text", .string(text(graphemes: random.below(12)))),
      ("~bytes", .bytes(Bytes(bytes(random.below(12))))),
      ("~linked", .link(link())),
      // Two keys that are canonically equivalent, but different.
      ("~caf\u{E9}", true), ("~cafe\u{301}", false),
      ("~\(String(repeating: "k", count: 30))", "a key longer than a header's first byte counts"),
    ]
    if makesForeignCIDs, let cid = try? CID(bytes: [1, 0x55, 0x13, 0x40] + bytes(64)) {
      fields.append(("~foreign", .link(cid)))
    }
    if room > 1 {
      fields.append(("~list", .array([.null, .array([]), 0, .string("")])))
      fields.append(("~blob", blob("text/plain", size: 1)))
      fields.append(("~object", ["$type": "com.example.thing", "~": .array([[:]])]))
    }
    return fields
  }

  /// Integers at which the form of the encoding changes.
  var edges: [Int] {
    [
      0, -1, 1, 23, 24, -24, -25, 255, 256, -256, -257, 65_535, 65_536, 1 << 32 - 1, 1 << 32,
      1 << 53, 1 << 53 + 1, -(1 << 53) - 1, .max, .max - 1, .min, .min + 1,
    ]
  }
}

extension BlobSchema {
  /// A media type for each pattern.
  var mimeTypes: [String] {
    guard let accept else { return ["application/octet-stream", "image/png", "text/plain"] }
    return accept.map { pattern in
      if pattern == "*/*" { return "application/x-anything" }
      return pattern.hasSuffix("/*") ? pattern.dropLast() + "x-sample" : pattern
    }
  }
}
