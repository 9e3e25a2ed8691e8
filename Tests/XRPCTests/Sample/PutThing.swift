import ATProtoData
import ATProtoSyntax
import XRPC

extension Sample {
  enum PutThing: XRPCProcedure {
    typealias Parameters = NoParameters
    typealias Failure = UnknownFailure
    typealias Output = GetThing.Output

    static let nsid = "com.example.thing.putThing"

    struct Input: LexiconObject, XRPCBody {
      static let fields = FieldTable("text reply")
      var text: String
      var reply: Reply?
      var unknownFields: UnknownFields

      init(text: String, reply: Reply? = nil, unknownFields: UnknownFields = .init()) {
        self.text = text
        self.reply = reply
        self.unknownFields = unknownFields
      }

      init(from _r: inout DataReader) throws(DataError) {
        var _o = try _r.beginObject(Self.fields)
        var text: String?
        var reply: Reply?
        while let _i = try _r.nextField(&_o) {
          switch _i {
          case 0: text = try String(from: &_r)
          default: reply = try Reply(from: &_r)
          }
        }
        self.text = try _r.required(text, 0, _o)
        self.reply = reply
        self.unknownFields = _r.unknownFields(_o)
      }

      func encode(to _w: inout DataWriter) {
        var _o = _w.beginObject(Self.fields, unknownFields)
        _w.field(0, text, &_o)
        _w.optional(1, reply, &_o)
        _w.endObject(&_o)
      }

      func validate(into _v: inout Validator) {
        _v.string("text", text, maxLength: 10)
        _v.nested("reply", reply)
      }
    }

    struct Reply: LexiconObject {
      static let fields = FieldTable("uri")
      var uri: FormatString<ATURI>
      var unknownFields: UnknownFields

      init(uri: FormatString<ATURI>, unknownFields: UnknownFields = .init()) {
        self.uri = uri
        self.unknownFields = unknownFields
      }

      init(from _r: inout DataReader) throws(DataError) {
        var _o = try _r.beginObject(Self.fields)
        var uri: FormatString<ATURI>?
        while let _i = try _r.nextField(&_o) {
          switch _i {
          default: uri = try FormatString<ATURI>(from: &_r)
          }
        }
        self.uri = try _r.required(uri, 0, _o)
        self.unknownFields = _r.unknownFields(_o)
      }

      func encode(to _w: inout DataWriter) {
        var _o = _w.beginObject(Self.fields, unknownFields)
        _w.field(0, uri, &_o)
        _w.endObject(&_o)
      }

      func validate(into _v: inout Validator) {
        _v.nested("uri", uri)
      }
    }
  }

  enum UploadBlob: XRPCProcedure {
    typealias Parameters = NoParameters
    typealias Failure = UnknownFailure
    typealias Input = RawBody
    typealias Output = JSONBody<GetThing.Output>

    static let nsid = "com.example.thing.uploadBlob"
    static let inputEncoding: String? = "image/*"
  }

  enum Ping: XRPCProcedure {
    typealias Parameters = NoParameters
    typealias Failure = UnknownFailure
    typealias Input = NoBody
    typealias Output = NoBody

    static let nsid = "com.example.thing.ping"
  }
}
