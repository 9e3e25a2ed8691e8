import ATProtoHTTP
import HTTPTypes
import Synchronization

/// A server whose responses come from a closure, and which records the requests.
final class ScriptedTransport: HTTPTransport {
  typealias Answer =
    @Sendable (HTTPRequest, [UInt8]) async throws(TransportError) -> HTTPTransportResponse

  private let answer: Answer
  private let log = Mutex<[HTTPRequest]>([])

  init(_ answer: @escaping Answer) {
    self.answer = answer
  }

  var requests: [HTTPRequest] { log.withLock { $0 } }

  func send(
    _ request: HTTPRequest,
    body: [UInt8]?,
    options: TransportOptions
  ) async throws(TransportError) -> HTTPTransportResponse {
    log.withLock { $0.append(request) }
    return try await answer(request, body ?? [])
  }
}

extension HTTPTransportResponse {
  init(_ status: HTTPResponse.Status, _ contentType: String?, _ text: String) {
    var head = HTTPResponse(status: status)
    head.headerFields[.contentType] = contentType
    self.init(head: head, body: Array(text.utf8))
  }

  static func json(_ text: String, status: HTTPResponse.Status = .ok) -> HTTPTransportResponse {
    HTTPTransportResponse(status, "application/json", text)
  }
}
