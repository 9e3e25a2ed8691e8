import ATProtoHTTP
import CoreMetrics
import HTTPTypes
import Hummingbird
import Logging
import ServiceKit
import Synchronization
import TestSupport
import Testing
import XRPC
import XRPCAsyncHTTPClient

/// A service that answers every request with `hello`, and counts requests.
private struct SampleService: NetworkService {
  var address: ListenAddress
  var metrics: MetricsEndpoint?
  var shutdownTimeout = Duration.seconds(30)
  var logger: Logger { .quiet }
  /// How long a response takes.
  var pause = Duration.zero
  /// Called for each request, before the response.
  var onRequest: @Sendable () -> Void = {}

  init(port: Int = 0, host: String = "127.0.0.1", metricsPort: Int? = nil) {
    address = ListenAddress(
      host: host,
      port: port,
      hostSetting: "SAMPLE_HOST",
      portSetting: "SAMPLE_PORT"
    )
    metrics = metricsPort.map { port in
      MetricsEndpoint(
        ListenAddress(
          host: "127.0.0.1",
          port: port,
          hostSetting: "SAMPLE_METRICS_HOST",
          portSetting: "SAMPLE_METRICS_PORT"
        )
      )
    }
  }

  func application(
    onListening: @escaping @Sendable (String) async -> Void
  ) -> Application<CallbackResponder<BasicRequestContext>> {
    let counter = metrics.map { Counter(label: "sample_requests_total", factory: $0.registry) }
    let (pause, onRequest) = (pause, onRequest)
    return Application(
      responder: CallbackResponder { _, _ in
        counter?.increment()
        onRequest()
        try await Task.sleep(for: pause)
        return Response(status: .ok, body: ResponseBody(byteBuffer: .init(string: "hello")))
      },
      configuration: ApplicationConfiguration(
        address: .hostname(address.host, port: address.port)
      ),
      onServerRunning: { [address] channel in
        await onListening(address.url(port: channel.localAddress?.port ?? 0))
      },
      logger: logger
    )
  }
}

extension Logger {
  fileprivate static var quiet: Logger {
    var logger = Logger(label: "test") { StreamLogHandler.standardError(label: $0) }
    logger.logLevel = .critical
    return logger
  }
}

@Suite struct NetworkServiceTests {
  private func get(_ url: String, _ path: String = "/") async throws -> (HTTPResponse, String) {
    let url = try #require(HTTPURL(url)?.at(path))
    let response = try await AsyncHTTPClientTransport.shared.send(
      url.request(.get),
      body: nil,
      options: TransportOptions(timeout: .seconds(60))
    )
    return (response.head, String(decoding: response.body, as: UTF8.self))
  }

  private func reason(_ service: SampleService) async -> String? {
    do {
      try await service.serve { _ in }
      return nil
    } catch {
      return (error as? ServiceError)?.code == .address ? "\(error)" : "unexpected: \(error)"
    }
  }

  @Test func servesWhileTheBodyRunsAndReturnsItsResult() async throws {
    let result = try await SampleService().serve { url in
      #expect(url.hasPrefix("http://127.0.0.1:"))
      return try await get(url).1
    }
    #expect(result == "hello")
  }

  @Test func errorOfTheBodyEndsTheServer() async {
    struct Broken: Error {}
    await #expect(throws: Broken.self) {
      try await SampleService().serve { _ in throw Broken() }
    }
  }

  @Test func ipv6AddressHasBracketsInItsURL() async throws {
    try await SampleService(host: "::1").serve { url in
      #expect(url.hasPrefix("http://[::1]:"))
      let text = try await get(url).1
      #expect(text == "hello")
    }
  }

  @Test func takenPortIsAnErrorThatNamesItsSetting() async throws {
    let taken = try SilentPort()
    #expect(
      await reason(SampleService(port: taken.number))
        == "cannot listen on 127.0.0.1:\(taken.number): address already in use; change SAMPLE_PORT"
    )
  }

  @Test(arguments: ["192.0.2.1", "not an address"])
  func addressOfAnotherHostIsAnErrorThatNamesItsSetting(_ host: String) async {
    // RFC 5737: 192.0.2.0/24 is reserved for documentation.
    #expect(
      await reason(SampleService(host: host))
        == "cannot listen on \(host):0: not an IP address of this host; change SAMPLE_HOST"
    )
  }

  @Test func takenMetricsPortIsAnErrorThatNamesItsSetting() async throws {
    let taken = try SilentPort()
    let reason = await reason(SampleService(metricsPort: taken.number))
    #expect(reason?.hasSuffix("address already in use; change SAMPLE_METRICS_PORT") == true)
  }

  /// Shuts down while a request is in progress, and returns its outcome.
  private func callDuringShutdown(
    pause: Duration,
    timeout: Duration
  ) async throws -> Result<String, any Error> {
    let (requests, request) = AsyncStream<Void>.makeStream()
    var service = SampleService()
    service.pause = pause
    service.shutdownTimeout = timeout
    service.onRequest = { request.yield() }
    let call = try await service.serve { url in
      let call = Task { try await get(url).1 }
      for await _ in requests { break }
      return call
    }
    return await call.result
  }

  @Test func shutdownFinishesARequestInProgress() async throws {
    let outcome = try await callDuringShutdown(pause: .milliseconds(200), timeout: .seconds(60))
    #expect(try outcome.get() == "hello")
  }

  @Test func shutdownGivesUpARequestAfterItsTimeout() async throws {
    let outcome = try await callDuringShutdown(pause: .seconds(600), timeout: .milliseconds(200))
    #expect(throws: (any Error).self) { try outcome.get() }
  }

  @Test func metricsAreServedOnTheirOwnPort() async throws {
    var service = SampleService()
    let port = try FreePort().number
    service = SampleService(metricsPort: port)
    try await service.serve { url in
      _ = try await get(url)
      _ = try await get(url)
      let metrics = "http://127.0.0.1:\(port)"
      let (head, text) = try await get(metrics, "/metrics")
      #expect(head.status == .ok)
      #expect(head.headerFields[.contentType] == "text/plain; version=0.0.4; charset=utf-8")
      #expect(text == "# TYPE sample_requests_total counter\nsample_requests_total 2\n")
      let other = try await get(metrics, "/").0
      #expect(other.status == .notFound)
      // The service itself does not serve them.
      let own = try await get(url, "/metrics").1
      #expect(own == "hello")
    }
  }
}

/// A port of the loopback interface that was free a moment ago.
private struct FreePort {
  let number: Int

  init() throws {
    number = try SilentPort().number
  }
}

@Suite struct HousekeepingTests {
  private final class Log: Sendable {
    private let entries = Mutex<[String]>([])
    var all: [String] { entries.withLock { $0 } }
    func append(_ entry: String) { entries.withLock { $0.append(entry) } }
  }

  private struct Broken: Error {}

  @Test func choresRunInOrderOnceTheServerListensAndSurviveFailures() async throws {
    let log = Log()
    let (untilListening, listening) = AsyncStream<Void>.makeStream()
    let housekeeping = Housekeeping(
      [
        .init("a", every: nil) { log.append("a") },
        .init("b", every: .milliseconds(1)) {
          log.append("b")
          throw Broken()
        },
        .init("c", every: .seconds(600)) { log.append("c") },
      ],
      untilListening: untilListening,
      logger: .quiet
    )
    let running = Task { try await housekeeping.run() }
    #expect(log.all.isEmpty)
    log.append("listening")
    listening.finish()
    while log.all.count < 7 { try await Task.sleep(for: .milliseconds(1)) }
    running.cancel()
    try await running.value
    #expect(log.all.prefix(7) == ["listening", "a", "b", "c", "b", "b", "b"])
  }

  @Test func serverThatNeverListensRunsNoChore() async throws {
    let log = Log()
    let (untilListening, listening) = AsyncStream<Void>.makeStream()
    let housekeeping = Housekeeping(
      [.init("a", every: nil) { log.append("a") }],
      untilListening: untilListening,
      logger: .quiet
    )
    let running = Task { try await housekeeping.run() }
    running.cancel()
    try await running.value
    withExtendedLifetime(listening) {}
    #expect(log.all.isEmpty)
  }
}
