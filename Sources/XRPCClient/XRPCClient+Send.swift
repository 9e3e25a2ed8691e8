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
  }

  /// Sends a request as the account. Repeats it once if the access token has expired and once if the
  /// server asks for another proof, and retries it according to the policy. A body that can be read
  /// only once is not sent again.
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
      authorization: authorization(for: head),
      deadline: deadline(options)
    )
    var (answer, sent) = try await attempts(head, request)
    var repeated: Set<RejectedCredential> = []
    while request.isRepeatable, let authorization = request.authorization,
      case .whole(let refusal) = answer,
      let rejected = authorization.rejectedCredential(in: refusal),
      repeated.insert(rejected).inserted
    {
      if rejected == .token {
        try await authorization.renew(after: sent, deadline: request.deadline)
      }
      (answer, sent) = try await attempts(head, request)
    }
    options.onResponse?(ResponseMetadata(answer.head))
    return answer
  }

  /// The parts of a request that are the same in every attempt.
  private struct Outgoing {
    var body: BodyContent?
    var streamsOutput: Bool
    var options: CallOptions
    var authorization: (any RequestAuthorization)?
    var deadline: ContinuousClock.Instant

    var isRepeatable: Bool { body?.isRepeatable ?? true }
  }

  /// - Returns: the answer to the last attempt, and the request that was sent in it.
  private func attempts(
    _ head: HTTPRequest,
    _ request: Outgoing
  ) async throws(TransportError) -> (Answer, sent: HTTPRequest) {
    // Without a response it is unknown whether a procedure was executed.
    let mayRepeat = (head.method == .get || request.options.isIdempotent) && request.isRepeatable
    var attempt = 1
    while true {
      var sent = head
      if let authorization = request.authorization {
        sent = try await authorization.authorize(head, deadline: request.deadline)
      }
      let outcome = await Result { [sent] () async throws(TransportError) in
        try await self.attempt(sent, request)
      }
      if let authorization = request.authorization, case .success(let answer) = outcome {
        await authorization.received(answer.head, to: sent)
      }
      guard mayRepeat,
        let delay = retry.delay(
          after: RetryPolicy.Outcome(outcome),
          attempt: attempt,
          remaining: request.deadline - .now,
          jitter: .random(in: 0...1),
          now: Datetime.Instant.now.seconds
        )
      else { return (try outcome.get(), sent) }
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

  /// What authorizes a request, unless the call has credentials of its own.
  func authorization(for head: HTTPRequest) -> (any RequestAuthorization)? {
    head.headerFields[.authorization] == nil ? authorization : nil
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

extension RetryPolicy.Outcome {
  fileprivate init(_ result: Result<XRPCClient.Answer, TransportError>) {
    switch result {
    case .success(let answer): self = .response(answer.head)
    case .failure(let error): self = .failed(error)
    }
  }
}
