import ATProtoData
import ATProtoSyntax
import XRPC

/// Methods in the form that lexgen generates, written by hand.
enum Sample {}

extension Sample {
  enum GetThing: XRPCQuery {
    static let nsid = "com.example.thing.getThing"

    struct Sort: LexiconOpenString {
      static let knownValues = ["newest", "oldest"]
      static let newest: Sort = "newest"
      var rawValue: String
      init(_ rawValue: String) { self.rawValue = rawValue }
      init(rawValue: String) { self.rawValue = rawValue }
      init(stringLiteral value: String) { rawValue = value }
      var description: String { rawValue }
    }

    enum Mode: String, LexiconClosedString {
      case short, long
    }

    struct Parameters: XRPCParameters {
      var actor: FormatString<ATIdentifier>
      var limit: Int
      var uris: [FormatString<ATURI>]?
      var cursor: String?
      var reverse: Bool?
      var sort: Sort
      var mode: Mode?

      init(
        actor: FormatString<ATIdentifier>,
        limit: Int = 50,
        uris: [FormatString<ATURI>]? = nil,
        cursor: String? = nil,
        reverse: Bool? = nil,
        sort: Sort = "newest",
        mode: Mode? = nil
      ) {
        self.actor = actor
        self.limit = limit
        self.uris = uris
        self.cursor = cursor
        self.reverse = reverse
        self.sort = sort
        self.mode = mode
      }

      init(from _r: inout ParameterReader) throws(ParameterError) {
        actor = try _r.required("actor")
        limit = try _r.optional("limit") ?? 50
        uris = try _r.optionalArray("uris")
        cursor = try _r.optional("cursor")
        reverse = try _r.optional("reverse")
        sort = try _r.optional("sort") ?? "newest"
        mode = try _r.optional("mode")
      }

      func encode(to _w: inout ParameterWriter) {
        _w.field("actor", actor)
        _w.field("limit", limit, default: 50)
        _w.optionals("uris", uris)
        _w.optional("cursor", cursor)
        _w.optional("reverse", reverse)
        _w.field("sort", sort, default: "newest")
        _w.optional("mode", mode)
      }

      func validate(into _v: inout Validator) {
        _v.nested("actor", actor)
        _v.integer("limit", limit, minimum: 1, maximum: 100)
        _v.count("uris", uris?.count, maxLength: 2)
      }
    }

    struct Output: LexiconObject, XRPCBody {
      static let fields = FieldTable("text count")
      var text: String
      var count: Int?
      var unknownFields: UnknownFields

      init(text: String, count: Int? = nil, unknownFields: UnknownFields = .init()) {
        self.text = text
        self.count = count
        self.unknownFields = unknownFields
      }

      init(from _r: inout DataReader) throws(DataError) {
        var _o = try _r.beginObject(Self.fields)
        var text: String?
        var count: Int?
        while let _i = try _r.nextField(&_o) {
          switch _i {
          case 0: text = try String(from: &_r)
          default: count = try Int(from: &_r)
          }
        }
        self.text = try _r.required(text, 0, _o)
        self.count = count
        self.unknownFields = _r.unknownFields(_o)
      }

      func encode(to _w: inout DataWriter) {
        var _o = _w.beginObject(Self.fields, unknownFields)
        _w.field(0, text, &_o)
        _w.optional(1, count, &_o)
        _w.endObject(&_o)
      }
    }

    enum Failure: XRPCFailure {
      case thingNotFound(message: String?)
      case unknown(XRPCErrorBody)

      init(_ _e: XRPCErrorBody) {
        switch _e.name {
        case "ThingNotFound": self = .thingNotFound(message: _e.message)
        default: self = .unknown(_e)
        }
      }

      var errorBody: XRPCErrorBody {
        switch self {
        case .thingNotFound(let message): XRPCErrorBody(name: "ThingNotFound", message: message)
        case .unknown(let body): body
        }
      }
    }
  }
}
