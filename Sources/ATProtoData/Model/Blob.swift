/// A reference to a file: data model, "`blob` Type".
///
/// The deprecated form `{cid, mimeType}`, without `$type` and size and with the CID as a string,
/// is read and written back as it was.
public struct Blob: LexiconObject {
  static let fields = FieldTable("cid ref size $type mimeType")

  public var ref: CID
  /// The media type; `application/octet-stream` if not known.
  public var mimeType: String
  /// Bytes of the file; nil in the deprecated form only.
  public var size: Int?
  public var unknownFields: UnknownFields

  public init(ref: CID, mimeType: String, size: Int, unknownFields: UnknownFields = .init()) {
    self.ref = ref
    self.mimeType = mimeType
    self.size = size
    self.unknownFields = unknownFields
  }

  /// A reference in the deprecated form. New data must not have it.
  public init(legacy ref: CID, mimeType: String, unknownFields: UnknownFields = .init()) {
    self.ref = ref
    self.mimeType = mimeType
    self.unknownFields = unknownFields
  }

  /// Whether it is of the deprecated form.
  public var isLegacy: Bool { size == nil }

  public init(from reader: inout DataReader) throws(DataError) {
    var cursor = try reader.beginObject(Self.fields)
    // The deprecated form has no `$type`, which other tables with that key require.
    cursor.requiresType = false
    var isTyped = false
    var ref: CID?
    var size: Int?
    var mimeType: String?
    var foreign = ForeignFields()
    if reader.isOrdered {
      if try reader.hasField(0, &cursor) { try foreign.readCID(&reader) }
      if try reader.hasField(1, &cursor) { ref = try reader.link() }
      if try reader.hasField(2, &cursor) { size = try reader.integer() }
      isTyped = try reader.hasField(3, &cursor)
      if isTyped { try reader.type("blob") }
      if try reader.hasField(4, &cursor) { mimeType = try reader.text() }
      try reader.endObject(&cursor)
    } else {
      while let index = try reader.nextField(&cursor) {
        switch index {
        case 0: try foreign.readCID(&reader)
        case 1: ref = try reader.link()
        case 2: size = try reader.integer()
        case 3:
          try reader.type("blob")
          isTyped = true
        default: mimeType = try reader.text()
        }
      }
    }
    guard isTyped, foreign.cid == nil, let ref, let size, let mimeType else {
      foreign.ref = ref
      foreign.size = size
      foreign.mimeType = mimeType
      self = try Blob(foreign, isTyped: isTyped, &reader, cursor)
      return
    }
    self.ref = ref
    self.mimeType = mimeType
    self.size = size
    unknownFields = reader.unknownFields(cursor)
  }

  /// The deprecated form, and whatever is of neither.
  @inline(never)
  private init(
    _ fields: ForeignFields,
    isTyped: Bool,
    _ reader: inout DataReader,
    _ cursor: borrowing ObjectCursor
  ) throws(DataError) {
    // The fields of the form that it is not are unknown fields like any other.
    var unknownFields = reader.unknownFields(cursor)
    if isTyped {
      ref = try reader.required(fields.ref, 1, cursor)
      size = try reader.required(fields.size, 2, cursor)
      unknownFields["cid"] = fields.cid
    } else {
      guard let cid = fields.cid else { throw reader.missingField(3, cursor) }
      ref = try reader.legacyCID(cid, fields.cidOffset)
      size = nil
      unknownFields["ref"] = fields.ref.map { .link($0) }
      unknownFields["size"] = fields.size.map { .integer($0) }
    }
    mimeType = try reader.required(fields.mimeType, 4, cursor)
    self.unknownFields = unknownFields
  }

  public func encode(to writer: inout DataWriter) {
    var scope = writer.beginObject(Self.fields, unknownFields)
    if let size {
      writer.field(1, ref, &scope)
      writer.field(2, size, &scope)
      writer.type(3, "blob", &scope)
    } else {
      writer.field(0, ref.string, &scope)
    }
    writer.field(4, mimeType, &scope)
    writer.endObject(&scope)
  }

  public func validate(into validator: inout Validator) {
    // Data model: size is "positive, non-zero", the MIME type "not empty", the codec `raw`.
    if let size, size <= 0 {
      validator.report("blob", "the size of a blob is positive, not \(size)")
    }
    if mimeType.isEmpty {
      validator.report("blob", "the MIME type of a blob is not empty")
    }
    if !isLegacy && ref.codec != .raw && !validator.allowsForeignBlobCodecs {
      validator.report("blob", "the CID of a blob has the codec raw")
    }
  }
}

/// The fields of both forms, as they were found where they are not those of the form with `$type`.
private struct ForeignFields {
  /// Whatever it is: that it must be a CID is known when `$type` has not come.
  var cid: DataValue?
  var cidOffset = 0
  var ref: CID?
  var size: Int?
  var mimeType: String?

  @inline(never)
  mutating func readCID(_ reader: inout DataReader) throws(DataError) {
    if reader.isJSON { reader.skipSpace() }
    cidOffset = reader.offset
    cid = try DataValue(from: &reader)
  }
}

extension DataReader {
  /// The CID of the deprecated form, in the one spelling that is written back.
  fileprivate mutating func legacyCID(_ value: DataValue, _ start: Int) throws(DataError) -> CID {
    guard let text = value.string else {
      throw DataError(.typeMismatch, at: start, "a CID's text is expected")
    }
    guard let cid = CID(text: text), cid.string == text else {
      throw DataError(.malformedCID, at: start, "not a CID in base32")
    }
    return try checked(cid, start)
  }
}
