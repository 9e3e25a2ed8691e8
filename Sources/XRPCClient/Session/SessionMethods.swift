import ATProtoData
import ATProtoSyntax
import XRPC

// The three methods of com.atproto.server that a session needs, written by hand because this target
// is below the generated ones, and only as far as a session needs them.

enum CreateSession: XRPCProcedure {
  typealias Parameters = NoParameters
  typealias Output = SessionOutput
  typealias Failure = UnknownFailure

  static let nsid = "com.atproto.server.createSession"

  struct Input: LexiconObject, XRPCBody {
    static let fields = FieldTable("password identifier authFactorToken")

    var identifier: String
    var password: String
    var authFactorToken: String?
    var unknownFields = UnknownFields()

    init(identifier: String, password: String, authFactorToken: String?) {
      self.identifier = identifier
      self.password = password
      self.authFactorToken = authFactorToken
    }

    init(from reader: inout DataReader) throws(DataError) {
      var object = try reader.beginObject(Self.fields)
      var identifier: String?
      var password: String?
      var authFactorToken: String?
      while let index = try reader.nextField(&object) {
        switch index {
        case 0: password = try String(from: &reader)
        case 1: identifier = try String(from: &reader)
        default: authFactorToken = try String(from: &reader)
        }
      }
      self.password = try reader.required(password, 0, object)
      self.identifier = try reader.required(identifier, 1, object)
      self.authFactorToken = authFactorToken
      unknownFields = reader.unknownFields(object)
    }

    func encode(to writer: inout DataWriter) {
      var object = writer.beginObject(Self.fields, unknownFields)
      writer.field(0, password, &object)
      writer.field(1, identifier, &object)
      writer.optional(2, authFactorToken, &object)
      writer.endObject(&object)
    }
  }
}

enum RefreshSession: XRPCProcedure {
  typealias Parameters = NoParameters
  typealias Input = NoBody
  typealias Output = SessionOutput
  typealias Failure = UnknownFailure

  static let nsid = "com.atproto.server.refreshSession"
}

enum DeleteSession: XRPCProcedure {
  typealias Parameters = NoParameters
  typealias Input = NoBody
  typealias Output = NoBody
  typealias Failure = UnknownFailure

  static let nsid = "com.atproto.server.deleteSession"
}
