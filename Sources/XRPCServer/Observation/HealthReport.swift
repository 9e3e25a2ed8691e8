import ATProtoData
import ATProtoHTTP
import HTTPTypes
import XRPC

/// Answers `/xrpc/_health` with the version; the status is 503 if the health check fails.
struct HealthReport: Sendable {
  static let name = "_health"

  let version: String
  let check: (@Sendable () async throws -> Void)?

  func answer() async -> RouteResponse {
    var report: DataObject = ["version": .string(version)]
    var status = HTTPResponse.Status.ok
    var failure: (any Error)?
    do {
      try await check?()
    } catch {
      status = .serviceUnavailable
      report["error"] = "ServiceUnavailable"
      report["message"] = "the health check failed"
      failure = error
    }
    return RouteResponse(
      head: HTTPResponse(status: status, headerFields: [.contentType: "application/json"]),
      body: .bytes(DataValue.object(report).jsonBytes()),
      error: failure
    )
  }
}
