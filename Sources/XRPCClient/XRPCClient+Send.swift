import ATProtoSyntax
import HTTPTypes
import XRPC

extension XRPCClient {
  /// Sends a request as the session's account, with one repetition where the access token has
  /// expired, and retries where the policy has them.
  func send(
    _ head: HTTPRequest,
    body: [UInt8]?,
    options: CallOptions
  ) async throws(TransportError) -> HTTPTransportResponse {
    let deadline = deadline(options)
    let (signed, token) = try await authorized(head, deadline)
    var response = try await attempts(signed, body, options, deadline)
    if let session, let token, ResponseReader(response).saysTokenExpired,
      let renewed = try await session.token(renewedAfter: token, deadline: deadline)
    {
      response = try await attempts(head.authorized(by: renewed), body, options, deadline)
    }
    options.onResponse?(ResponseMetadata(response.head))
    return response
  }

  private func attempts(
    _ head: HTTPRequest,
    _ body: [UInt8]?,
    _ options: CallOptions,
    _ deadline: ContinuousClock.Instant
  ) async throws(TransportError) -> HTTPTransportResponse {
    // Whether a procedure was carried out is unknown when its response does not arrive.
    let mayRepeat = head.method == .get || options.isIdempotent
    var attempt = 1
    while true {
      let outcome = await outcome(head, body, bounds(options, deadline))
      guard mayRepeat,
        let delay = retry.delay(
          after: RetryPolicy.Outcome(outcome),
          attempt: attempt,
          remaining: deadline - .now,
          jitter: .random(in: 0...1),
          now: Datetime.Instant.now.seconds
        )
      else { return try outcome.get() }
      do {
        try await Task.sleep(for: delay)
      } catch {
        throw TransportError(code: .cancelled, reason: "the call was cancelled")
      }
      attempt += 1
    }
  }

  private func outcome(
    _ head: HTTPRequest,
    _ body: [UInt8]?,
    _ bounds: TransportOptions
  ) async -> Result<HTTPTransportResponse, TransportError> {
    do throws(TransportError) {
      return .success(try await transport.send(head, body: body, options: bounds))
    } catch {
      return .failure(error)
    }
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

extension RetryPolicy.Outcome {
  fileprivate init(_ result: Result<HTTPTransportResponse, TransportError>) {
    switch result {
    case .success(let response): self = .response(response.head)
    case .failure(let error): self = .failed(error)
    }
  }
}
