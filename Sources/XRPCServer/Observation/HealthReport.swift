package import ATProtoData
import ATProtoHTTP
package import HTTPTypes
import XRPC

/// The health check of a service, `/xrpc/_health` or `/_health`: 200 with `"status": "ok"` and the
/// version, or 503 if a check fails.
package struct HealthReport: Sendable {
  static let name = "_health"

  private let version: String
  private let check: (@Sendable () async throws -> Void)?

  /// - Parameter check: throws if the service cannot work.
  package init(version: String, check: (@Sendable () async throws -> Void)?) {
    self.version = version
    self.check = check
  }

  func answer() async -> RouteResponse {
    let (status, body, failure) = await report()
    return RouteResponse(
      head: HTTPResponse(status: status, headerFields: [.contentType: "application/json"]),
      body: .bytes(body.jsonBytes()),
      error: failure
    )
  }

  /// Status and body of a health check, and the reason for the log if the check failed.
  package func report() async -> (HTTPResponse.Status, DataValue, (any Error)?) {
    var report: DataObject = ["version": .string(version)]
    do {
      try await check?()
      report["status"] = "ok"
      return (.ok, .object(report), nil)
    } catch {
      report["status"] = "error"
      report["error"] = "ServiceUnavailable"
      report["message"] = "the service is unhealthy"
      return (.serviceUnavailable, .object(report), error)
    }
  }
}
