import ATProtoData
import Lexicon

extension Sampler {
  mutating func linkVariants(_ goal: Goal) -> [Variant] {
    switch goal {
    case .boundaries: [.edge(.link(link(.raw)), "raw"), .edge(.link(link(.dagCBOR)), "dag-cbor")]
    case .violations: [.shape(.string(link(.raw).string), .typeMismatch)]
    }
  }

  mutating func blobVariants(_ schema: BlobSchema, _ goal: Goal) -> [Variant] {
    let types = schema.mimeTypes
    guard let type = types.first else { return [] }
    switch goal {
    case .boundaries:
      var variants: [Variant] = types.map { .edge(blob($0, size: 1), "accept") }
      variants.append(.edge(blob(type, size: max(schema.maxSize ?? .max, 1)), "maxSize"))
      variants.append(.edge(legacyBlob(type), "legacy blob"))
      for var value in [blob(type, size: 1), legacyBlob(type)] {
        value["~"] = .null
        value["originalName"] = "a.png"
        variants.append(.edge(value, "unknown field"))
      }
      return variants
    case .violations:
      return [.shape("a blob", .typeMismatch)] + blobFaults(schema, type)
    }
  }

  private mutating func blobFaults(_ schema: BlobSchema, _ type: String) -> [Variant] {
    // Data model, "`blob` Type": the size is positive, the MIME type is not empty, and the codec is
    // `raw`.
    var variants: [Variant] = [
      .constraint(blob(type, size: 0), "blob"), .constraint(blob(type, size: .min), "blob"),
      .constraint(blob(type, size: 1, codec: .dagCBOR), "blob"),
    ]
    if schema.accept?.contains("*/*") ?? true {
      variants.append(.constraint(blob("", size: 1), "blob"))
    } else {
      variants.append(.constraint(blob("x-strange/x-type", size: 1), "accept"))
    }
    if let most = schema.maxSize, most >= 0, most < .max {
      variants.append(.constraint(blob(type, size: most + 1), "maxSize"))
    }
    for key in ["ref", "size", "mimeType"] {
      var value = blob(type, size: 1)
      value[key] = nil
      variants.append(Variant.shape(value, .missingField).inside(value, at: .key(key)))
      value[key] = true
      variants.append(Variant.shape(value, .typeMismatch).inside(value, at: .key(key)))
    }
    var value = blob(type, size: 1)
    value["$type"] = "file"
    variants.append(Variant.shape(value, .wrongType).inside(value, at: .key("$type")))
    return variants
  }

  /// `unknown`.
  mutating func dataVariants(_ goal: Goal) -> [Variant] {
    budget = limits.values
    switch goal {
    case .boundaries:
      return [
        .edge([:], "empty"), .edge(["$type": "com.example.anything"], "typed"),
        .edge(data(room: 4), "any"),
        .edge(.object(DataObject(distinct: unknownFields(room: 4))), "any"),
      ]
    case .violations:
      // Lexicon specification, "unknown": an object, and not a compound type.
      return [
        .constraint(.null, "unknown"), .constraint("text", "unknown"), .constraint([], "unknown"),
        .constraint(.link(link()), "unknown"), .constraint(blob("text/plain", size: 1), "unknown"),
      ]
    }
  }
}
