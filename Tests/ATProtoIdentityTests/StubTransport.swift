import ATProtoHTTP
import HTTPTypes
import Synchronization

/// A network whose responses come from a closure, and which records the requests.
final class StubTransport: HTTPTransport {
  typealias Answer =
    @Sendable (_ url: String) async throws(TransportError) -> HTTPTransportResponse

  private let answer: Answer
  private let log = Mutex<[String]>([])

  init(_ answer: @escaping Answer) {
    self.answer = answer
  }

  var requests: [String] { log.withLock { $0 } }

  func send(
    _ request: HTTPRequest,
    body: [UInt8]?,
    options: TransportOptions
  ) async throws(TransportError) -> HTTPTransportResponse {
    let url = "\(request.scheme ?? "")://\(request.authority ?? "")\(request.path ?? "")"
    log.withLock { $0.append(url) }
    return try await answer(url)
  }
}

extension HTTPTransportResponse {
  init(_ status: HTTPResponse.Status, _ text: String = "", location: String? = nil) {
    var head = HTTPResponse(status: status)
    head.headerFields[.location] = location
    self.init(head: head, body: Array(text.utf8))
  }
}
