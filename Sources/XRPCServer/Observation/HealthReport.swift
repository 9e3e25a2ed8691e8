import ATProtoData
import ATProtoHTTP
import HTTPTypes
import XRPC

/// Answers `/xrpc/_health`: the version, or 503 with it where the service says that it is not well.
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
      report["message"] = "the service is not well"
      failure = error
    }
    return RouteResponse(
      head: HTTPResponse(status: status, headerFields: [.contentType: "application/json"]),
      body: .bytes(DataValue.object(report).jsonBytes()),
      error: failure
    )
  }
}
