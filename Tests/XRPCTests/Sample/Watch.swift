import ATProtoData
import XRPC

extension Sample {
  enum Watch: XRPCSubscription {
    static let nsid = "com.example.thing.watch"
    typealias Failure = UnknownFailure

    struct Parameters: XRPCParameters {
      var cursor: Int?

      init(cursor: Int? = nil) {
        self.cursor = cursor
      }

      init(from _r: inout ParameterReader) throws(ParameterError) {
        cursor = try _r.optional("cursor")
      }

      func encode(to _w: inout ParameterWriter) {
        _w.optional("cursor", cursor)
      }
    }

    struct Tick: LexiconObject {
      static let fields = FieldTable("seq")
      var seq: Int
      var unknownFields: UnknownFields

      init(seq: Int, unknownFields: UnknownFields = .init()) {
        self.seq = seq
        self.unknownFields = unknownFields
      }

      init(from _r: inout DataReader) throws(DataError) {
        var _o = try _r.beginObject(Self.fields)
        var seq: Int?
        while let _i = try _r.nextField(&_o) {
          switch _i {
          default: seq = try Int(from: &_r)
          }
        }
        self.seq = try _r.required(seq, 0, _o)
        self.unknownFields = _r.unknownFields(_o)
      }

      func encode(to _w: inout DataWriter) {
        var _o = _w.beginObject(Self.fields, unknownFields)
        _w.field(0, seq, &_o)
        _w.endObject(&_o)
      }
    }

    enum Message: LexiconUnion {
      case tick(Tick)
      case output(GetThing.Output)
      case unknown(DataValue)

      static let members = MemberTable(
        "com.example.thing.watch#tick com.example.thing.other#output"
      )

      init(from _r: inout DataReader) throws(DataError) {
        switch try _r.unionMember(Self.members) {
        case 0: self = .tick(try Tick(from: &_r))
        case 1: self = .output(try GetThing.Output(from: &_r))
        default: self = .unknown(try DataValue(from: &_r))
        }
      }

      func encode(to _w: inout DataWriter) {
        switch self {
        case .tick(let _m): _w.member(0, _m, Self.members)
        case .output(let _m): _w.member(1, _m, Self.members)
        case .unknown(let _m): _m.encode(to: &_w)
        }
      }
    }
  }
}
