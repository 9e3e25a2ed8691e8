import ATProtoHTTP
import HTTPTypes
import Logging
import XRPC

/// Logs one line for each request. Query strings are left out because they may contain emails.
struct RequestLog {
  let request: HTTPRequest
  let answer: RouteResponse
  let duration: Duration

  func write(to logger: Logger, remoteAddress: String?) {
    let status = answer.head.status
    // Only failures of this service are errors; the reason appears only in the log.
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
    // The length of a stream is known only after the response has been sent.
    if let length = answer.body.length { metadata["bytes"] = "\(length)" }
    if let remoteAddress { metadata["peer"] = "\(remoteAddress)" }
    if let error = answer.error { metadata["error"] = "\(error)" }
    return metadata
  }
}
