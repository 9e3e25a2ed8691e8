import ATProtoData
import TestSupport
import XRPC

extension RawResponse {
  var error: ErrorObject? { try? ErrorObject(json: body) }
}
