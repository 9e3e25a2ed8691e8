import ATProtoHTTP
import HTTPTypes
import XRPC
import XRPCServer

/// The response of a service to a proxied call, and the response to the client that is based on it.
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
    // Redirects are not followed, because the token would be sent with them.
    default:
      return Self.failure("the service responded with status \(status.code)")
    }
  }

  /// A JSON error is forwarded as it is. For any other error, such as a load balancer's page, only
  /// the status is forwarded.
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
      message: "the service responded with status \(status.code)"
    )
  }

  /// The response to the client if the service did not respond.
  ///
  /// The response is the same whether the address is forbidden, the call fails, or the peer does
  /// not speak HTTP, so that clients cannot explore a network. The log has the reason.
  static func answer(_ error: TransportError, _ limits: ProxyLimits) throws -> RouteResponse {
    switch error.code {
    case .cancelled: throw CancellationError()
    case .timedOut:
      return failure(.upstreamTimeout("the service timed out"), reason: error)
    case .requestBroken:
      // Either the body ended early because the client disconnected, or it was too long.
      throw XRPCServerError.payloadTooLarge(maximum: limits.maximumRequestBytes)
    default:
      return failure(.upstreamFailure("cannot reach the service"), reason: error)
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
