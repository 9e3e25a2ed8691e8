import ATProtoData
import HTTPTypes
import XRPCServer

/// A response, before it is sent.
struct MockAnswer: Sendable {
  var status: HTTPResponse.Status = .ok
  var fields: HTTPFields = [:]
  var body: [UInt8] = []

  init(status: HTTPResponse.Status = .ok, contentType: String?, body: [UInt8]) {
    self.status = status
    self.body = body
    fields[.contentType] = contentType
  }

  init(_ value: DataValue, status: HTTPResponse.Status = .ok) {
    self.init(status: status, contentType: "application/json", body: value.jsonBytes())
  }

  init(_ error: XRPCServerError) {
    var value: DataValue = ["error": .string(error.name)]
    if let message = error.message { value["message"] = .string(message) }
    self.init(value, status: error.status)
    for field in error.headers { fields[field.name] = field.value }
  }

  /// 200 without a body.
  static let empty = MockAnswer(contentType: nil, body: [])
}
