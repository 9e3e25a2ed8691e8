import ATProtoHTTP
import HTTPTypes
import XRPC
import XRPCServer

/// What a service answered to a call that was passed on, and what the client gets of it.
struct UpstreamResponse: Sendable {
  private let response: HTTPTransportStream
  private let limits: ProxyLimits

  init(_ response: HTTPTransportStream, _ limits: ProxyLimits) {
    self.response = response
    self.limits = limits
  }

  func answer() async throws -> RouteResponse {
    let status = response.head.status
    switch status.code {
    case 200..<300:
      guard response.body.length ?? 0 <= limits.maximumResponseBytes else {
        return Self.failure("the service's response is too large")
      }
      return RouteResponse(head: head, body: .stream(response.body))
    case 400..<500, 501...504:
      return try await error()
    // Redirections are not followed: they would take the token along.
    default:
      return Self.failure("the service answered with status \(status.code)")
    }
  }

  /// An error in JSON as it is; of another form, such as a page of a load balancer, the status.
  private func error() async throws -> RouteResponse {
    let maximum = limits.maximumErrorBytes
    let outcome = await withTimeout(limits.bodyTimeout) {
      await Result { () async throws(TransportError) in try await response.collect(upTo: maximum) }
    }
    try Task.checkCancellation()
    var answer: RouteResponse
    if case .success(let whole)? = outcome, isJSON, !whole.body.isEmpty {
      answer = RouteResponse(head: head, body: .bytes(whole.body))
    } else {
      answer = RouteResponse(error: bareError)
      answer.head.headerFields[.retryAfter] = head.headerFields[.retryAfter]
    }
    if answer.head.status == .unauthorized { answer.head.headerFields[.wwwAuthenticate] = "Bearer" }
    return answer
  }

  private var head: HTTPResponse {
    HTTPResponse(
      status: HTTPResponse.Status(code: response.head.status.code),
      headerFields: ProxiedFields.ofResponse(response.head.headerFields)
    )
  }

  private var isJSON: Bool {
    response.head.headerFields[.contentType].map(MediaType.isJSON) ?? false
  }

  private var bareError: XRPCServerError {
    let status = response.head.status
    let name =
      switch status {
      case .unauthorized: "AuthenticationRequired"
      case .forbidden: "Forbidden"
      case .notFound: "NotFound"
      case .contentTooLarge: "PayloadTooLarge"
      case .tooManyRequests: "RateLimitExceeded"
      case .notImplemented: "MethodNotImplemented"
      case .serviceUnavailable: "NotEnoughResources"
      case .gatewayTimeout: "UpstreamTimeout"
      case _ where status.kind == .serverError: "UpstreamFailure"
      default: "InvalidRequest"
      }
    return XRPCServerError(
      status: HTTPResponse.Status(code: status.code),
      name: name,
      message: "the service answered with status \(status.code)"
    )
  }

  /// The answer where there was no response.
  ///
  /// It is the same whether the address may not be called, cannot be reached or speaks no HTTP:
  /// nobody learns from it what there is in a network. The log tells more.
  static func answer(_ error: TransportError, _ limits: ProxyLimits) throws -> RouteResponse {
    switch error.code {
    case .cancelled: throw CancellationError()
    case .timedOut:
      return failure(.upstreamTimeout("the service did not answer in time"), reason: error)
    case .requestBroken:
      // It ended early, and nobody waits for the answer; or it went on for too long.
      throw XRPCServerError.payloadTooLarge(maximum: limits.maximumRequestBytes)
    default:
      return failure(.upstreamFailure("the service could not be reached"), reason: error)
    }
  }

  private static func failure(_ message: String) -> RouteResponse {
    RouteResponse(error: XRPCServerError.upstreamFailure(message))
  }

  private static func failure(
    _ error: XRPCServerError,
    reason: any Error
  ) -> RouteResponse {
    var answer = RouteResponse(error: error)
    answer.error = reason
    return answer
  }
}
