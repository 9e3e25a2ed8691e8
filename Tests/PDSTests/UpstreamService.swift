import ATProtoCrypto
import ATProtoData
import ATProtoHTTP
import ATProtoIdentity
import ATProtoSyntax
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import PDS
import ServiceKit
import ServiceLifecycle
import Synchronization
import Testing
import XRPC
import XRPCServer

/// Another service on this machine, such as an app view or a labeler. It accepts calls from
/// accounts whose keys it knows, with a service token for itself and the method.
final class UpstreamService: Sendable {
  struct Call: Sendable {
    var verb: HTTPRequest.Method
    var nsid: String
    var query: String
    var headers: HTTPFields
    var body: [UInt8]
    var caller: ServiceCaller
  }

  typealias Answer = @Sendable (Call) async throws -> RouteResponse

  /// The answer to calls without a token.
  private static func record(_ query: String) -> DataValue {
    let isFeed = query.contains("app.bsky.feed.generator")
    return [
      "uri": "at://did:web:b.example.com/a.b.c/x",
      "value": isFeed ? ["did": "did:web:feeds.example.com"] : [:],
    ]
  }

  private struct State {
    var keys: [DID: PublicKey] = [:]
    var calls: [Call] = []
    var documents = 0
    var anonymous: [String] = []
    var tokens: [String] = []
    /// Created once the port, which is part of an audience, is known.
    var authentication: ServiceAuthentication?
  }

  private final class Box: Sendable {
    let state = Mutex(State())
  }

  /// The DID in the operator's settings.
  static let did: DID = "did:web:app.example.com"

  let port: Int
  private let box: Box

  private init(port: Int, box: Box) {
    self.port = port
    self.box = box
    let audiences = [
      "\(Self.did)#bsky_appview", "\(Self.did)#atproto_labeler", Self.did.string,
      localDID, "\(localDID)#some_service",
    ]
    let authentication = ServiceAuthentication(audiences: Set(audiences)) {
      (did, _, _) async throws(IdentityError) in
      guard let key = box.state.withLock({ $0.keys[did] }) else {
        throw IdentityError(.notFound, "\(did) is not trusted")
      }
      return key
    }
    box.state.withLock { $0.authentication = authentication }
  }

  /// The values for the operator's settings.
  var location: ServiceLocation {
    ServiceLocation(did: Self.did, url: HTTPURL("http://127.0.0.1:\(port)")!)
  }

  /// The DID under which it can be resolved: it serves its own document.
  var localDID: String { "did:web:localhost%3A\(port)" }
  var calls: [Call] { box.state.withLock { $0.calls } }
  /// The number of requests for its DID document.
  var documents: Int { box.state.withLock { $0.documents } }

  /// NSIDs and queries of calls without a token, which are not in ``calls``.
  var anonymous: [String] { box.state.withLock { $0.anonymous } }

  /// The tokens of all calls, also of those that are refused.
  var tokens: [String] { box.state.withLock { $0.tokens } }

  func trust(_ account: TestAccount) throws {
    let (did, key) = (try account.did.parsed(), try account.signingKey())
    box.state.withLock { $0.keys[did] = key }
  }

  /// A server with this service as its app view, and an account.
  func signUp(
    _ configure: (inout PDSConfiguration) -> Void = { _ in }
  ) async throws -> TestAccount {
    let server = try TestServer { configuration in
      configuration.appView = location
      configuration.allowsPrivateAddresses = true
      configure(&configuration)
    }
    let account = try await server.signUp()
    try trust(account)
    return account
  }

  /// Runs the service while `body` runs.
  static func run<Value: Sendable>(
    answering answer: @escaping Answer = { .json(["nsid": .string($0.nsid)]) },
    _ body: @escaping @Sendable (UpstreamService) async throws -> Value
  ) async throws -> Value {
    let box = Box()
    var logger = Logger(label: "upstream")
    logger.logLevel = .critical
    let server = XRPCServer(
      [],
      configuration: XRPCServerConfiguration(port: 0),
      logger: logger,
      proxyHandler: XRPCProxyHandler(maximumInputBytes: 8 << 20) { request in
        let context = request.context
        guard let authorization = context.headers[.authorization] else {
          box.state.withLock { $0.anonymous.append("\(context.nsid)?\(request.query)") }
          return .json(record(request.query))
        }
        box.state.withLock { $0.tokens.append(String(authorization.dropFirst("Bearer ".count))) }
        return try await answer(try await call(request, box))
      }
    ) { request, _ in
      box.state.withLock { $0.documents += 1 }
      let document = document(request.head.authority ?? "")
      return Response(
        status: .ok,
        headers: [.contentType: "application/json"],
        body: ResponseBody(byteBuffer: ByteBuffer(bytes: document.jsonBytes()))
      )
    }
    let (ports, continuation) = AsyncStream<Int>.makeStream()
    let application = server.application { continuation.yield($0) }
    let services = ServiceGroup(configuration: .init(services: [application], logger: logger))
    return try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await services.run() }
      var iterator = ports.makeAsyncIterator()
      let port = try #require(await iterator.next())
      let outcome = await Result { () async throws(any Error) in
        try await body(UpstreamService(port: port, box: box))
      }
      await services.triggerGracefulShutdown()
      try await group.waitForAll()
      return try outcome.get()
    }
  }

  private static func call(_ request: XRPCUntypedRequest, _ box: Box) async throws -> Call {
    let authentication = try #require(box.state.withLock { $0.authentication })
    let caller = try await request.context.authenticated(by: authentication)
    let call = Call(
      verb: request.verb,
      nsid: request.context.nsid,
      query: request.query,
      headers: request.context.headers,
      body: try await request.body.collect(upTo: 8 << 20),
      caller: caller
    )
    box.state.withLock { $0.calls.append(call) }
    return call
  }

  /// Services in several forms.
  private static func document(_ host: String) -> DataValue {
    let did = "did:web:" + host.replacing(":", with: "%3A")
    func service(_ id: String, _ endpoint: String) -> DataValue {
      [
        "id": .string("#" + id), "type": "SomeService", "serviceEndpoint": .string(endpoint),
      ]
    }
    return [
      "id": .string(did),
      "service": [
        service("some_service", "http://\(host)"),
        service("below", "http://\(host)/path"),
        service("elsewhere", "ftp://\(host)"),
        service("with_user", "http://user@\(host)"),
      ],
    ]
  }
}

extension RouteResponse {
  static func json(
    _ value: DataValue,
    _ status: HTTPResponse.Status = .ok,
    _ fields: HTTPFields = [:]
  ) -> RouteResponse {
    var fields = fields
    fields[.contentType] = "application/json"
    return RouteResponse(
      head: HTTPResponse(status: status, headerFields: fields),
      body: .bytes(value.jsonBytes())
    )
  }
}
