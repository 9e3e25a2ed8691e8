import XRPC

/// The error of a call as `status name`, or a string that begins with `not refused` if it
/// succeeded.
func refusal(_ call: () async throws -> some Sendable) async -> String {
  do {
    return "not refused: \(try await call())"
  } catch let error as any Refusal {
    return error.refusal
  } catch {
    return "\(error)"
  }
}

protocol Refusal: Error {
  var refusal: String { get }
}

extension XRPCError: Refusal {
  var refusal: String {
    switch self {
    case .failure(let failure, let status): "\(status) \(failure.errorBody.name)"
    case .transport, .protocolViolation: "\(self)"
    }
  }
}
