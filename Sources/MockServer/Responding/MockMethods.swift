import ATProtoData
import HTTPTypes
import Lexicon
import LexiconSamples
import XRPC
import XRPCServer

/// All methods of a mock server, apart from its sockets.
final class MockMethods: Sendable {
  let configuration: MockConfiguration
  let catalog: Catalog
  let log = CallLog()
  let methods: [String: MockMethod]
  private let answers: GeneratedAnswers
  private let overrides: Overrides?
  private let repositories: MockRepositories
  private let streams: MockStreams

  init(_ lexicons: MockLexicons, _ configuration: MockConfiguration) {
    self.configuration = configuration
    catalog = lexicons.checked.catalog
    methods = Dictionary(
      catalog.documents.compactMap { MockMethod($0) }.map { ($0.nsid, $0) },
      uniquingKeysWith: { first, _ in first }
    )
    answers = GeneratedAnswers(lexicons.checked, items: configuration.items)
    overrides = configuration.dataDirectory.map {
      Overrides(directory: $0, warn: configuration.warn)
    }
    repositories = MockRepositories(answers, overrides)
    streams = MockStreams(
      answers,
      overrides,
      rate: configuration.rate,
      events: configuration.events
    )
  }

  func reset() {
    log.reset()
    repositories.reset()
  }

  /// The method of a call with a known and legal name.
  func method(_ nsid: String) throws(XRPCServerError) -> MockMethod {
    guard let method = methods[nsid] else { throw .methodNotImplemented(nsid) }
    return method
  }

  /// Waits as long as the call or the configuration asks for.
  func delay(_ call: MockCall) async throws {
    var milliseconds = Int.random(in: configuration.latency)
    if let text = call.control("x-mock-latency") {
      guard let number = Int(text), (0...600_000).contains(number) else {
        throw XRPCServerError.invalidRequest("x-mock-latency must be from 0 to 600000 milliseconds")
      }
      milliseconds = number
    }
    if milliseconds > 0 { try await Task.sleep(for: .milliseconds(milliseconds)) }
  }

  /// Checks everything that comes before parameters and input.
  func admit(_ call: MockCall, _ method: MockMethod) throws(XRPCServerError) {
    if let name = call.control("x-mock-error"), name != RequestedError.drop {
      throw RequestedError.error(name, of: method)
    }
    if configuration.requiresAuthentication, !Sessions.open.contains(call.nsid), call.token == nil {
      throw .authenticationRequired()
    }
  }

  /// Answers a query or a procedure.
  ///
  /// - Parameter did: the DID of the server.
  func answer(
    _ call: inout MockCall,
    _ method: MockMethod,
    did: String
  ) throws(XRPCServerError) -> MockAnswer {
    try admit(call, method)
    try call.decodeParameters(method, catalog)
    if let input = method.schema?.input { try call.decodeInput(input, catalog) }
    if let answer = try overrides?.answer(call, method, catalog) { return answer }
    if let value = try Sessions(did: did).answer(call) { return MockAnswer(value) }
    if let answer = try RepositoryMethods(repositories: repositories).answer(call) { return answer }
    var answer = try answers.answer(call, method)
    if call.nsid == "com.atproto.server.describeServer",
      var value = try? DataValue(json: answer.body)
    {
      value["did"] = .string(did)
      answer = MockAnswer(value)
    }
    return answer
  }

  /// The routes of the subscriptions.
  var routes: [XRPCRoute] {
    methods.values.compactMap { method in
      guard case .subscription(let schema) = method.kind else { return nil }
      return XRPCRoute(
        nsid: method.nsid,
        kind: .subscription,
        handler: .stream { [self] request in try await open(request, method, schema) }
      )
    }
  }

  private func open(
    _ request: RouteRequest,
    _ method: MockMethod,
    _ schema: SubscriptionSchema
  ) async throws -> XRPCRoute.Frames {
    var call = try MockCall(
      nsid: method.nsid,
      verb: request.head.method,
      fields: request.head.headerFields,
      query: request.query,
      seed: configuration.seed
    )
    do {
      try await delay(call)
      if call.control("x-mock-error") == RequestedError.drop { return .own { nil } }
      try admit(call, method)
      try call.decodeParameters(method, catalog)
      let frames = try streams.open(call, method.nsid, schema)
      log.append(call, status: 101)
      return frames
    } catch {
      log.append(call, status: XRPCServerError(describing: error).status.code)
      throw error
    }
  }
}
