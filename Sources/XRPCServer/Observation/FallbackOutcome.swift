import HTTPTypes
import Hummingbird

/// What became of a request outside of `/xrpc/`.
struct FallbackOutcome {
  let response: Response?
  let error: (any Error)?

  /// Runs a fallback.
  init(_ body: () async throws -> Response) async {
    do {
      response = try await body()
      error = nil
    } catch {
      response = nil
      self.error = error
    }
  }

  /// The status with which the request is answered, if only by Hummingbird.
  var status: HTTPResponse.Status {
    response?.status ?? (error as? any HTTPResponseError)?.status ?? .internalServerError
  }

  func get() throws -> Response {
    if let response { return response }
    throw error ?? HTTPError(.internalServerError)
  }
}
