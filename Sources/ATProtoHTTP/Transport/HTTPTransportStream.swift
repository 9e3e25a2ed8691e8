public import HTTPTypes

/// A response whose body is read as it comes. What the body throws is a ``TransportError``.
public struct HTTPTransportStream: Sendable {
  public var head: HTTPResponse
  /// Read once. Whoever lets go of it ends the exchange.
  public var body: ByteStream

  public init(head: HTTPResponse, body: ByteStream) {
    self.head = head
    self.body = body
  }

  public func collect(upTo maximum: Int) async throws(TransportError) -> HTTPTransportResponse {
    do {
      return HTTPTransportResponse(head: head, body: try await body.collect(upTo: maximum))
    } catch {
      throw TransportError(ofResponseBody: error)
    }
  }
}

extension TransportError {
  /// Why the body of a response did not come to its end.
  package init(ofResponseBody error: any Error) {
    switch error {
    case let error as TransportError: self = error
    case let error as ByteStreamError where error.code == .tooLong:
      self.init(code: .responseTooLarge, reason: error.reason)
    case is CancellationError: self = .cancelled
    default: self.init(code: .connectionLost, reason: "\(error)")
    }
  }

  /// Why a request could not be sent to its end.
  package init(ofRequestBody error: any Error) {
    switch error {
    case is CancellationError: self = .cancelled
    default: self.init(code: .requestBroken, reason: "the request's body: \(error)")
    }
  }

  package static let cancelled = TransportError(code: .cancelled, reason: "the call was canceled")

  static let noWebSockets = TransportError(
    code: .unsupported,
    reason: "this transport does not support WebSockets"
  )
}
