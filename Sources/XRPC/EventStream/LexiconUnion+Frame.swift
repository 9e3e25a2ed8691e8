import ATProtoData

extension XRPCSubscription {
  /// Encodes `message` as a binary WebSocket message, which a server keeps in its log and sends to
  /// all subscribers.
  ///
  /// - Throws: if `message` is an unknown union member without a `$type`.
  public static func frame(_ message: Message) throws(ProtocolError) -> [UInt8] {
    try message.frameBytes(nsid: nsid)
  }
}

extension LexiconUnion {
  /// Decodes the payload of a message frame, whose type is in the header, in short or full form.
  init(
    framePayload payload: [UInt8],
    type: String,
    nsid: String,
    limits: DataLimits
  ) throws(ProtocolError) {
    let fullType = type.utf8.first == UInt8(ascii: "#") ? nsid + type : type
    var consumed = 0
    do throws(DataError) {
      self = try Self(
        cborPrefix: payload.span.bytes,
        consumed: &consumed,
        unionType: fullType,
        limits: limits
      )
    } catch {
      throw ProtocolError(code: .undecodableFrame, reason: "\(type): \(error)")
    }
    guard consumed == payload.count else {
      throw ProtocolError(
        code: .undecodableFrame,
        reason: "\(type): unexpected bytes after the payload"
      )
    }
  }

  /// Encodes the value as a message frame: its type in the header, in short form if the
  /// subscription's own document defines it, and no `$type` in the payload.
  func frameBytes(nsid: String) throws(ProtocolError) -> [UInt8] {
    let typed: TypedObject
    let whole = cborBytes()
    do throws(DataError) {
      typed = try TypedObject(cbor: whole)
    } catch {
      throw ProtocolError(code: .undecodableFrame, reason: "cannot encode a message: \(error)")
    }
    let type =
      typed.type.hasPrefix(nsid + "#") ? String(typed.type.dropFirst(nsid.utf8.count)) : typed.type
    var bytes = FrameHeader(operation: 1, type: type).cborBytes()
    let start = bytes.count
    encodeCBORWithoutUnionType(into: &bytes)
    if bytes.count - start == whole.count {
      // An unknown member writes its `$type` as a field like any other.
      bytes.removeSubrange(start...)
      typed.encodeCBOR(into: &bytes)
    }
    return bytes
  }
}

/// An object with a `$type`, which is decoded but not encoded.
private struct TypedObject: LexiconObject {
  static let fields = FieldTable("$type")

  var type: String
  var unknownFields = UnknownFields()

  init(from reader: inout DataReader) throws(DataError) {
    var object = try reader.beginObject(Self.fields)
    var type: String?
    while try reader.nextField(&object) != nil {
      type = try String(from: &reader)
    }
    self.type = try reader.required(type, 0, object)
    unknownFields = reader.unknownFields(object)
  }

  func encode(to writer: inout DataWriter) {
    var object = writer.beginObject(Self.fields, unknownFields)
    writer.endObject(&object)
  }
}
