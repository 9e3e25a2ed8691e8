import HTTPTypes
import XRPC
import XRPCServer

/// The status and error name of a call that must be refused: `403 Forbidden`.
func refusal(_ call: () async throws -> some Sendable) async -> String {
  do {
    return "not refused: \(try await call())"
  } catch let error as any Refusal {
    return error.refusal
  } catch let error as XRPCServerError {
    return "\(error.status.code) \(error.name)"
  } catch {
    return "\(error)"
  }
}

protocol Refusal: Error {
  var refusal: String { get }
  var message: String? { get }
}

extension XRPCError: Refusal {
  var refusal: String {
    switch self {
    case .failure(let failure, let status): "\(status) \(failure.errorBody.name)"
    case .transport, .protocolViolation: "\(self)"
    }
  }

  var message: String? {
    if case .failure(let failure, _) = self { failure.errorBody.message } else { nil }
  }
}

/// The message of a call that must be refused.
func refusalMessage(_ call: () async throws -> some Sendable) async -> String? {
  do {
    _ = try await call()
    return nil
  } catch let error as any Refusal {
    return error.message
  } catch {
    return "\(error)"
  }
}
