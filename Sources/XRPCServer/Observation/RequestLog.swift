import ATProtoHTTP
import HTTPTypes
import Logging
import XRPC

/// One line of the log for each request. Query strings stay out: they may carry e-mail addresses.
struct RequestLog {
  let request: HTTPRequest
  let answer: RouteResponse
  let duration: Duration

  func write(to logger: Logger, remoteAddress: String?) {
    let status = answer.head.status
    // Only our own failures are worth waking somebody up; their reason is told to nobody else.
    let isOurs = status.kind == .serverError && status != .notImplemented
    let level: Logger.Level = isOurs ? .error : .info
    logger.log(level: level, "request", metadata: metadata(remoteAddress))
  }

  private func metadata(_ remoteAddress: String?) -> Logger.Metadata {
    let path = request.path?.prefix { $0 != "?" }.prefix(400) ?? ""
    var metadata: Logger.Metadata = [
      "verb": "\(request.method.rawValue)",
      "path": "\(path)",
      "status": "\(answer.head.status.code)",
      "microseconds": "\(duration / .microseconds(1))",
    ]
    // Of a stream it is known when the response is long on its way.
    if let length = answer.body.length { metadata["bytes"] = "\(length)" }
    if let remoteAddress { metadata["peer"] = "\(remoteAddress)" }
    if let error = answer.error { metadata["error"] = "\(error)" }
    return metadata
  }
}
