import ATProtoHTTP
import ATProtoSyntax
import HTTPTypes
import XRPC

extension XRPCClient {
  /// A response: in memory, or, for a successful call that requested it, a head and a body that is
  /// read as it arrives.
  enum Answer: Sendable {
    case whole(HTTPTransportResponse)
    case stream(HTTPTransportStream)

    var head: HTTPResponse {
      switch self {
      case .whole(let response): response.head
      case .stream(let response): response.head
      }
    }

    fileprivate var saysTokenExpired: Bool {
      guard case .whole(let response) = self else { return false }
      return ResponseReader(response).saysTokenExpired
    }
  }

  /// Sends a request as the session's account. Repeats it once if the access token has expired, and
  /// retries it according to the policy. A body that can be read only once is not sent again.
  func send(
    _ head: HTTPRequest,
    body: BodyContent?,
    options: CallOptions,
    streamsOutput: Bool = false
  ) async throws(TransportError) -> Answer {
    let request = Outgoing(
      body: body,
      streamsOutput: streamsOutput,
      options: options,
      deadline: deadline(options)
    )
    let (signed, token) = try await authorized(head, request.deadline)
    var answer = try await attempts(signed, request)
    if let session, let token, answer.saysTokenExpired, request.isRepeatable {
      let renewed = try await session.token(renewedAfter: token, deadline: request.deadline)
      answer = try await attempts(head.authorized(by: renewed), request)
    }
    options.onResponse?(ResponseMetadata(answer.head))
    return answer
  }

  /// The parts of a request that are the same in every attempt.
  private struct Outgoing {
    var body: BodyContent?
    var streamsOutput: Bool
    var options: CallOptions
    var deadline: ContinuousClock.Instant

    var isRepeatable: Bool { body?.isRepeatable ?? true }
  }

  private func attempts(
    _ head: HTTPRequest,
    _ request: Outgoing
  ) async throws(TransportError) -> Answer {
    // Without a response, it is unknown whether a procedure was executed.
    let mayRepeat = (head.method == .get || request.options.isIdempotent) && request.isRepeatable
    var attempt = 1
    while true {
      let outcome = await Result { () async throws(TransportError) in
        try await self.attempt(head, request)
      }
      guard mayRepeat,
        let delay = retry.delay(
          after: RetryPolicy.Outcome(outcome),
          attempt: attempt,
          remaining: request.deadline - .now,
          jitter: .random(in: 0...1),
          now: Datetime.Instant.now.seconds
        )
      else { return try outcome.get() }
      do {
        try await Task.sleep(for: delay)
      } catch {
        throw .cancelled
      }
      attempt += 1
    }
  }

  private func attempt(
    _ head: HTTPRequest,
    _ request: Outgoing
  ) async throws(TransportError) -> Answer {
    let bounds = bounds(request.options, request.deadline)
    if request.streamsOutput {
      let response = try await transport.stream(head, body: request.body, options: bounds)
      if response.head.status.kind == .successful { return .stream(response) }
      // An error response is held in memory, so the caller's limit for the body does not apply.
      let maximum = min(bounds.maximumResponseBytes, TransportOptions().maximumResponseBytes)
      return .whole(try await response.collect(upTo: maximum))
    }
    if case .stream(let stream) = request.body {
      return .whole(try await transport.send(head, streaming: stream, options: bounds))
    }
    return .whole(try await transport.send(head, body: request.body?.bytes, options: bounds))
  }

  /// Adds the session's token to a request, unless the call has its own.
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
      idleTimeout: self.options.idleTimeout,
      maximumResponseBytes: options.maximumResponseBytes ?? self.options.maximumResponseBytes
    )
  }
}

extension HTTPRequest {
  func authorized(by token: String) -> HTTPRequest {
    var request = self
    request.headerFields[.authorization] = "Bearer \(token)"
    return request
  }
}

extension RetryPolicy.Outcome {
  fileprivate init(_ result: Result<XRPCClient.Answer, TransportError>) {
    switch result {
    case .success(let answer): self = .response(answer.head)
    case .failure(let error): self = .failed(error)
    }
  }
}
