import HTTPTypes
import Hummingbird
import HummingbirdTLS
import Logging
import NIOCore
import ServiceLifecycle
import Synchronization
import Testing

/// A server on this machine whose response depends on the path and is mostly false. Counts
/// requests.
final class LyingServer: Sendable {
  static let did = "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa"

  private let count = Mutex(0)

  var requestCount: Int { count.withLock { $0 } }

  /// Listens while `body` runs.
  func run<Value: Sendable>(
    usesTLS: Bool = true,
    _ body: @Sendable (_ port: UInt16) async throws -> Value
  ) async throws -> Value {
    let (ports, port) = AsyncStream<UInt16>.makeStream()
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let application = Application(
      responder: CallbackResponder { [self] (request: Request, _: BasicRequestContext) in
        try await answer(request)
      },
      server: usesTLS ? try .tls(.http1(), tlsConfiguration: TLSFixture.server()) : .http1(),
      configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
      onServerRunning: { port.yield(UInt16($0.localAddress?.port ?? 0)) },
      logger: logger
    )
    let group = ServiceGroup(configuration: .init(services: [application], logger: logger))
    let running = Task { try await group.run() }
    let number = try #require(await ports.first { _ in true })
    let outcome: Result<Value, any Error>
    do {
      outcome = .success(try await body(number))
    } catch {
      outcome = .failure(error)
    }
    // Not a graceful shutdown, which would wait for slow responses and for clients that vanished.
    running.cancel()
    _ = await running.result
    return try outcome.get()
  }

  private func answer(_ request: Request) async throws -> Response {
    count.withLock { $0 += 1 }
    let host = request.head.authority?.split(separator: ":").first.map(String.init) ?? ""
    switch request.uri.path {
    case "/.well-known/atproto-did": return text(Self.did)
    case "/.well-known/did.json":
      return text(#"{"id":"did:web:\#(host)","alsoKnownAs":["at://\#(host)"]}"#)
    case "/loop": return redirect("/loop?\(request.uri.query ?? "")x")
    case "/private": return redirect("https://10.0.0.1/")
    case "/named": return redirect("https://private.test/")
    case "/metadata": return redirect("http://169.254.169.254/latest/meta-data/")
    case "/megabyte": return text(#"{"id":""# + String(repeating: "a", count: 1 << 20) + #""}"#)
    case "/deep": return text(#"{"id":"# + String(repeating: "[", count: 60_000))
    case "/wrong": return text(#"{"id":"did:web:bob.test"}"#)
    case "/slow":
      try await Task.sleep(for: .seconds(60))
      return text("late")
    case "/endless": return stream(pause: .zero)
    case "/trickle": return stream(pause: .milliseconds(20))
    default: return Response(status: .notFound)
    }
  }

  private func text(_ text: String) -> Response {
    Response(status: .ok, body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
  }

  private func redirect(_ location: String) -> Response {
    Response(status: .found, headers: [.location: location])
  }

  /// A body without an end or a declared length.
  private func stream(pause: Duration) -> Response {
    Response(
      status: .ok,
      body: ResponseBody { writer in
        let part = ByteBuffer(repeating: UInt8(ascii: " "), count: pause == .zero ? 4096 : 1)
        while !Task.isCancelled {
          try await writer.write(part)
          if pause != .zero { try await Task.sleep(for: pause) }
        }
        try await writer.finish(nil)
      }
    )
  }
}
