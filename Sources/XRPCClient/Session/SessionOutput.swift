import ATProtoData
import ATProtoSyntax
import XRPC

/// The output of `createSession` and `refreshSession`, as far as a session needs it.
struct SessionOutput: LexiconObject, XRPCBody {
  static let fields = FieldTable("did handle accessJwt refreshJwt")

  var did: FormatString<DID>
  var handle: FormatString<Handle>
  var accessJwt: String
  var refreshJwt: String
  var unknownFields = UnknownFields()

  init(from reader: inout DataReader) throws(DataError) {
    var object = try reader.beginObject(Self.fields)
    var did: FormatString<DID>?
    var handle: FormatString<Handle>?
    var accessJwt: String?
    var refreshJwt: String?
    while let index = try reader.nextField(&object) {
      switch index {
      case 0: did = try FormatString<DID>(from: &reader)
      case 1: handle = try FormatString<Handle>(from: &reader)
      case 2: accessJwt = try String(from: &reader)
      default: refreshJwt = try String(from: &reader)
      }
    }
    self.did = try reader.required(did, 0, object)
    self.handle = try reader.required(handle, 1, object)
    self.accessJwt = try reader.required(accessJwt, 2, object)
    self.refreshJwt = try reader.required(refreshJwt, 3, object)
    unknownFields = reader.unknownFields(object)
  }

  func encode(to writer: inout DataWriter) {
    var object = writer.beginObject(Self.fields, unknownFields)
    writer.field(0, did, &object)
    writer.field(1, handle, &object)
    writer.field(2, accessJwt, &object)
    writer.field(3, refreshJwt, &object)
    writer.endObject(&object)
  }

  func validate(into validator: inout Validator) {
    validator.nested("did", did)
    validator.nested("handle", handle)
  }

  var tokens: SessionTokens {
    SessionTokens(did: did, handle: handle, access: accessJwt, refresh: refreshJwt)
  }
}

extension SessionOutput {
  /// The account's PDS according to the DID document in the response: the service `#atproto_pds` (DID
  /// specification, "DID Documents"). Nil unless the document belongs to this account and the server
  /// has TLS, because the tokens are sent there.
  var personalDataServer: ServiceEndpoint? {
    let document = unknownFields["didDoc"]
    guard document?["id"]?.string == did.string else { return nil }
    let service = (document?["service"]?.array ?? []).first { service in
      let id = service["id"]?.string
      return (id == "#atproto_pds" || id == "\(did.string)#atproto_pds")
        && service["type"]?.string == "AtprotoPersonalDataServer"
    }
    guard let url = service?["serviceEndpoint"]?.string, let endpoint = ServiceEndpoint(url),
      endpoint.scheme == "https"
    else { return nil }
    return endpoint
  }
}
