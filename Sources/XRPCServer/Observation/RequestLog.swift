import ATProtoHTTP
import HTTPTypes
import Hummingbird
import Logging
import XRPC

/// Logs one line for each request. Query strings are left out because they may contain emails.
struct RequestLog {
  let verb: HTTPRequest.Method
  let path: String
  let status: HTTPResponse.Status
  /// The length of a stream is known only after the response has been sent.
  let length: Int?
  let error: (any Error)?
  let duration: Duration

  /// A call of a method.
  init(request: HTTPRequest, answer: RouteResponse, duration: Duration) {
    verb = request.method
    path = String(request.path?.prefix { $0 != "?" }.prefix(400) ?? "")
    status = answer.head.status
    length = answer.body.length
    error = answer.error
    self.duration = duration
  }

  /// A request outside of `/xrpc/`.
  ///
  /// - Parameter route: the path of the route. That of the request may hold anything.
  init(_ verb: HTTPRequest.Method, route: String, outcome: FallbackOutcome, duration: Duration) {
    self.verb = verb
    path = route
    status = outcome.status
    length = outcome.response?.body.contentLength
    error = outcome.error
    self.duration = duration
  }

  func write(to logger: Logger, remoteAddress: String?) {
    // Only failures of this service are errors; the reason appears only in the log.
    let isOurs = status.kind == .serverError && status != .notImplemented
    let level: Logger.Level = isOurs ? .error : .info
    logger.log(level: level, "request", metadata: metadata(remoteAddress))
  }

  private func metadata(_ remoteAddress: String?) -> Logger.Metadata {
    var metadata: Logger.Metadata = [
      "verb": "\(verb.rawValue)",
      "path": "\(path)",
      "status": "\(status.code)",
      "microseconds": "\(duration / .microseconds(1))",
    ]
    if let length { metadata["bytes"] = "\(length)" }
    if let remoteAddress { metadata["peer"] = "\(remoteAddress)" }
    if let error { metadata["error"] = "\(error)" }
    return metadata
  }
}
