import ATProtoSyntax
import ArgumentParser
import ComAtprotoAPI
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import XRPC
import XRPCServer

/// One of the two servers, in a child process. It prints its port, reports the CPU time it has used
/// at `/cpu`, and exits at the end of its standard input.
struct ServePageCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "serve-page", shouldDisplay: false)

  enum Kind: String, ExpressibleByArgument {
    case xrpc, bare
  }

  @Argument var kind: Kind

  func run() async throws {
    ServingProcess.endWithParent()
    var logger = Logger(label: "benchmark")
    logger.logLevel = .error
    switch kind {
    case .xrpc: try await serveTyped(logger)
    case .bare: try await serveBare(logger)
    }
  }

  private func serveTyped(_ logger: Logger) async throws {
    let page = try ListRecordsSample.typed()
    let route = XRPCRoute.query(ComAtproto.Repo.ListRecords.self) { request in
      guard request.parameters.repo.string == ListRecordsSample.repo else {
        throw XRPCServerError.notFound("no such repository")
      }
      return page
    }
    let server = XRPCServer(
      [route],
      configuration: XRPCServerConfiguration(port: 0),
      logger: logger,
      fallback: { _, _ in Response(status: .ok, body: .init(byteBuffer: Self.usedTime)) }
    )
    try await server.run(server.application { ServingProcess.tell($0) })
  }

  private func serveBare(_ logger: Logger) async throws {
    let page = try BareRecords.sample()
    let router = Router()
    router.get("/xrpc/com.atproto.repo.listRecords") { request, context in
      let query = try request.uri.decodeQuery(as: BareRecords.Query.self, context: context)
      guard query.repo == ListRecordsSample.repo else { throw HTTPError(.notFound) }
      return page
    }
    router.get("/cpu") { _, _ in Response(status: .ok, body: .init(byteBuffer: Self.usedTime)) }
    let application = Application(
      router: router,
      configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
      onServerRunning: { ServingProcess.tell($0.localAddress?.port ?? 0) },
      logger: logger
    )
    try await application.run()
  }

  private static var usedTime: ByteBuffer { ByteBuffer(string: String(CPUClock.now)) }
}
