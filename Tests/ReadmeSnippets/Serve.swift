import ComAtprotoAPI
import Hummingbird
import Logging
import XRPC
import XRPCServer

func serve() async throws {
  struct HandleResolver: ComAtproto.Identity.Handler {
    func resolveHandle(
      _ request: XRPCRequest<ComAtproto.Identity.ResolveHandle>
    ) async throws -> ComAtproto.Identity.ResolveHandle.Output {
      guard request.parameters.handle == "alice.example.com" else {
        throw ComAtproto.Identity.ResolveHandle.Failure.handleNotFound(message: nil)
      }
      return .init(did: "did:web:alice.example.com")
    }
  }

  let server = XRPCServer(
    ComAtproto.Identity.routes(HandleResolver()),
    logger: Logger(label: "identity")
  )
  try await server.application().runService()
}
