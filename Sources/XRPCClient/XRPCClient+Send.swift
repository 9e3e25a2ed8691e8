import HTTPTypes
import XRPC

extension XRPCClient {
  /// Sends a request as the session's account, with one repetition where the access token has
  /// expired.
  func send(
    _ head: HTTPRequest,
    body: [UInt8]?,
    options: CallOptions
  ) async throws(TransportError) -> HTTPTransportResponse {
    let deadline = deadline(options)
    let (signed, token) = try await authorized(head, deadline)
    let response = try await transport.send(
      signed,
      body: body,
      options: bounds(options, deadline)
    )
    guard let session, let token, ResponseReader(response).saysTokenExpired else {
      return response
    }
    guard let renewed = try await session.token(renewedAfter: token, deadline: deadline) else {
      return response
    }
    return try await transport.send(
      head.authorized(by: renewed),
      body: body,
      options: bounds(options, deadline)
    )
  }

  /// The request with the session's token; no token where the call brings its own.
  func authorized(
    _ head: HTTPRequest,
    _ deadline: ContinuousClock.Instant
  ) async throws(TransportError) -> (head: HTTPRequest, token: String?) {
    guard let session, head.headerFields[.authorization] == nil else { return (head, nil) }
    let token = try await session.token(deadline: deadline)
    return (head.authorized(by: token), token)
  }

  func deadline(_ options: CallOptions) -> ContinuousClock.Instant {
    ContinuousClock.now.advanced(by: options.timeout ?? self.options.timeout)
  }

  func bounds(_ options: CallOptions, _ deadline: ContinuousClock.Instant) -> TransportOptions {
    TransportOptions(
      timeout: max(.zero, deadline - .now),
      maximumResponseBytes: options.maximumResponseBytes ?? self.options.maximumResponseBytes
    )
  }
}

extension HTTPRequest {
  fileprivate func authorized(by token: String) -> HTTPRequest {
    var request = self
    request.headerFields[.authorization] = "Bearer \(token)"
    return request
  }
}
