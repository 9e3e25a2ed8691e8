/// A reference to a file (data model, "`blob` Type").
///
/// The deprecated form `{cid, mimeType}`, without `$type` and size and with the CID as a string, is
/// read and written back unchanged.
public struct Blob: LexiconObject {
  static let fields = FieldTable("cid ref size $type mimeType")

  /// The CID of the file's bytes, with the codec ``CID/Codec/raw``.
  public var ref: CID
  /// The media type, `application/octet-stream` if unknown.
  public var mimeType: String
  /// The size of the file in bytes, or nil in the deprecated form.
  public var size: Int?
  /// Fields that the data model does not define.
  public var unknownFields: UnknownFields

  /// Creates a reference to a file of `size` bytes.
  public init(ref: CID, mimeType: String, size: Int, unknownFields: UnknownFields = .init()) {
    self.ref = ref
    self.mimeType = mimeType
    self.size = size
    self.unknownFields = unknownFields
  }

  /// Creates a reference in the deprecated form, which new data must not use.
  public init(legacy ref: CID, mimeType: String, unknownFields: UnknownFields = .init()) {
    self.ref = ref
    self.mimeType = mimeType
    self.unknownFields = unknownFields
  }

  /// Whether the reference has the deprecated form.
  public var isLegacy: Bool { size == nil }

  /// Reads the value at the reader's position. Its constraints are not checked.
  public init(from reader: inout DataReader) throws(DataError) {
    var cursor = try reader.beginObject(Self.fields)
    // The deprecated form does not have `$type`, which other tables with that key require.
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

  /// Reads the deprecated form, or reports that the object is in neither form.
  @inline(never)
  private init(
    _ fields: ForeignFields,
    isTyped: Bool,
    _ reader: inout DataReader,
    _ cursor: borrowing ObjectCursor
  ) throws(DataError) {
    // Fields of the other form are unknown fields like any other.
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

  /// Writes the value.
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

  /// Reports the constraints that the value violates.
  public func validate(into validator: inout Validator) {
    // Data model: the size is "positive, non-zero", the MIME type "not empty", and the codec `raw`.
    if let size, size <= 0 {
      validator.report("blob", "the size of a blob must be positive, not \(size)")
    }
    if mimeType.isEmpty {
      validator.report("blob", "the MIME type of a blob must not be empty")
    }
    if !isLegacy && ref.codec != .raw && !validator.allowsForeignBlobCodecs {
      validator.report("blob", "the CID of a blob must have the codec raw")
    }
  }
}

/// The fields of both forms, for an object that is not clearly in the form with `$type`.
private struct ForeignFields {
  /// Of any type: it must be a CID only if there is no `$type`.
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
  /// The CID of the deprecated form, in the only spelling that can be written back.
  fileprivate mutating func legacyCID(_ value: DataValue, _ start: Int) throws(DataError) -> CID {
    guard let text = value.string else {
      throw DataError(.typeMismatch, at: start, "expected the text of a CID")
    }
    guard let cid = CID(text: text), cid.string == text else {
      throw DataError(.malformedCID, at: start, "not a CID in base32")
    }
    return try checked(cid, start)
  }
}
