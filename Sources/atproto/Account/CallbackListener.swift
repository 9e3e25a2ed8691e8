import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import OAuthClient
import Synchronization

/// Waits on the loopback address for the browser that comes back from a login.
///
/// Anything on this machine, and any page in its browsers, can send requests here: all but the one with
/// the `state` of the login get 404, and change nothing.
final class CallbackListener: Sendable {
  private struct State {
    var port = 0
    /// The `state` of the login; nil before it starts and after its callback.
    var expected: String?
  }

  static let path = "/callback"

  private let state = Mutex(State())
  private let callbacks: AsyncStream<AuthorizationCallback>
  private let delivery: AsyncStream<AuthorizationCallback>.Continuation

  private init() {
    (callbacks, delivery) = AsyncStream.makeStream()
  }

  /// Listens on any port while `body` runs.
  static func run<Value: Sendable>(
    _ body: @escaping @Sendable (CallbackListener) async throws -> Value
  ) async throws -> Value {
    let listener = CallbackListener()
    let (ports, running) = AsyncStream<Int>.makeStream()
    let application = Application(
      responder: CallbackResponder<BasicRequestContext> { request, _ in
        listener.respond(to: request)
      },
      server: .http1(configuration: .init(idleTimeout: .seconds(10))),
      configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
      onServerRunning: { channel in running.yield(channel.localAddress?.port ?? 0) },
      logger: Logger(label: "callback") { _ in SwiftLogNoOpLogHandler() }
    )
    return try await withThrowingTaskGroup(of: Value?.self) { group in
      group.addTask {
        try await application.run()
        return nil
      }
      group.addTask {
        for await port in ports {
          listener.state.withLock { $0.port = port }
          return try await body(listener)
        }
        return nil
      }
      defer { group.cancelAll() }
      guard let value = try await group.next() ?? nil else {
        throw CommandError(reason: "cannot listen on 127.0.0.1")
      }
      return value
    }
  }

  /// Where the browser is to come back to.
  var redirectURI: String { "http://127.0.0.1:\(state.withLock { $0.port })\(Self.path)" }

  /// Accepts the callback of one login.
  func expect(_ login: String) {
    state.withLock { $0.expected = login }
  }

  /// Takes a callback from wherever it comes: a URL or a query.
  ///
  /// - Returns: whether it belongs to the login and is the first one.
  func deliver(_ text: String) -> Bool {
    guard let callback = try? AuthorizationCallback(text) else { return false }
    guard accept(callback) else { return false }
    delivery.yield(callback)
    return true
  }

  private func accept(_ callback: AuthorizationCallback) -> Bool {
    state.withLock { state in
      guard state.expected == callback.state else { return false }
      state.expected = nil
      return true
    }
  }

  /// Waits for the callback; nil if there is none in time.
  func callback(within limit: Duration) async throws -> AuthorizationCallback? {
    try await withThrowingTaskGroup(of: AuthorizationCallback?.self) { group in
      group.addTask { [callbacks] in await callbacks.first { _ in true } }
      group.addTask {
        try await Task.sleep(for: limit)
        return nil
      }
      defer { group.cancelAll() }
      return try await group.next() ?? nil
    }
  }

  func respond(to request: Request) -> Response {
    // The host keeps out pages whose name resolves to this machine (DNS rebinding).
    let host = "127.0.0.1:\(state.withLock { $0.port })"
    guard request.method == .get, request.uri.path == Self.path, request.head.authority == host,
      let callback = request.uri.query.flatMap({ try? AuthorizationCallback($0) }), accept(callback)
    else { return Response(status: .notFound, headers: [.connection: "close"]) }
    let page = ByteBuffer(string: CallbackPage.html)
    return Response(
      status: .ok,
      headers: CallbackPage.headers,
      body: ResponseBody(contentLength: page.readableBytes) { [delivery] writer in
        // Afterwards, because the listener may end at once.
        defer { delivery.yield(callback) }
        try await writer.write(page)
        try await writer.finish(nil)
      }
    )
  }
}
