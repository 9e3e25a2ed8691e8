import ATProtoIdentity
import ATProtoSyntax
import Logging
import XRPC
import XRPCServer

extension PDSCore {
  /// Hands an operation of ours in to the directory of did:plc.
  ///
  /// Throws `InvalidRequest` where the directory does not take it, 502 where it cannot be reached:
  /// nothing has changed then.
  func submit(_ operation: PLCOperation, of did: DID) async throws {
    do throws(IdentityError) {
      try await plc.submit(operation, of: did)
    } catch {
      throw refusal(of: error)
    }
  }

  /// The operation that says what holds for a did:plc.
  func lastOperation(of did: DID) async throws -> PLCOperation {
    do throws(IdentityError) {
      return try await plc.lastOperation(of: did)
    } catch {
      throw refusal(of: error)
    }
  }

  private func refusal(of error: IdentityError) -> XRPCServerError {
    logger.warning("directory of did:plc", metadata: ["error": "\(error)"])
    return error.code == .rejected
      ? .invalidRequest("the directory of did:plc refused: \(error.reason)")
      : .upstreamFailure("the directory of did:plc could not be asked")
  }
}
