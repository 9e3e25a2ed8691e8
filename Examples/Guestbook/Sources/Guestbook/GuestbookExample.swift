import Logging
import ServiceLifecycle
import XRPC
import XRPCAsyncHTTPClient
import XRPCClient
import XRPCServer

/// Serves a guestbook on a free loopback port, visits it, and stops.
@main
struct GuestbookExample {
  static func main() async throws {
    var logger = Logger(label: "guestbook")
    logger.logLevel = .warning
    let server = XRPCServer(
      ComExample.Guestbook.routes(GuestbookHandler(book: Book())),
      configuration: XRPCServerConfiguration(port: 0),
      logger: logger
    )

    let (ports, port) = AsyncStream.makeStream(of: Int.self)
    let services = ServiceGroup(
      services: [server.application { port.yield($0) }],
      logger: logger
    )
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        defer { port.finish() }
        try await services.run()
      }
      for await port in ports {
        print("serving on port \(port)")
        try await visit(port: port)
        await services.triggerGracefulShutdown()
      }
      try await group.waitForAll()
    }
    print("all checks passed")
  }

  private static func visit(port: Int) async throws {
    guard let service = ServiceEndpoint("http://127.0.0.1:\(port)") else {
      throw Visit.Failure(description: "cannot make a URL for port \(port)")
    }
    let client = XRPCClient(service: service, transport: AsyncHTTPClientTransport.shared)
    try await Visit(client: client).run()
  }
}
