import ATProtoData
import ATProtoHTTP
import ATProtoIdentity
import ATProtoSyntax
import HTTPTypes
import LexiconResolution
import Synchronization

/// A network in memory: name servers, a PLC directory, and PDSes. A test decides what they answer.
final class TestNetwork: HTTPTransport, TXTResolver {
  static let pds = "https://pds.example.com"
  static let domain = "_lexicon.example.com"

  typealias Answer =
    @Sendable (_ url: String) async throws(TransportError) -> HTTPTransportResponse?

  struct State {
    var repository: TestRepository
    var records: [String: [TXTRecord]] = [:]
    var dnsFailure: IdentityError?
    /// Answers before the repository does; nil leaves the request to it.
    var answer: Answer?
    /// DNS names that were asked for.
    var queries: [String] = []
    /// URLs that were requested.
    var requests: [String] = []
  }

  let state: Mutex<State>

  init(_ repository: TestRepository = TestRepository(["com.example.note"])) {
    var state = State(repository: repository)
    state.records[Self.domain] = [TXTRecord("did=\(repository.did)")]
    self.state = Mutex(state)
  }

  var queries: [String] { state.withLock { $0.queries } }
  var requests: [String] { state.withLock { $0.requests } }
  var recordRequests: [String] { requests.filter { $0.contains("getRecord") } }
  var documentRequests: [String] { requests.filter { $0.contains("plc.directory") } }

  func change(_ change: (inout State) -> Void) {
    state.withLock { change(&$0) }
  }

  func answer(_ answer: @escaping Answer) {
    change { $0.answer = answer }
  }

  // MARK: Seams

  func records(
    of name: String,
    within limit: Duration
  ) async throws(IdentityError) -> [TXTRecord] {
    let (records, failure) = state.withLock { state in
      state.queries.append(name)
      return (state.records[name] ?? [], state.dnsFailure)
    }
    if let failure { throw failure }
    return records
  }

  func send(
    _ request: HTTPRequest,
    body: [UInt8]?,
    options: TransportOptions
  ) async throws(TransportError) -> HTTPTransportResponse {
    let url = "\(request.scheme ?? "")://\(request.authority ?? "")\(request.path ?? "")"
    let (answer, repository) = state.withLock { state in
      state.requests.append(url)
      return (state.answer, state.repository)
    }
    let response = try await answer?(url) ?? Self.answer(url, repository)
    guard response.body.count <= options.maximumResponseBytes else {
      throw TransportError(code: .responseTooLarge, reason: "too large")
    }
    return response
  }

  private static func answer(_ url: String, _ repository: TestRepository) -> HTTPTransportResponse {
    if url.hasSuffix("/\(repository.did)") {
      return HTTPTransportResponse(.ok, repository.didDocument())
    }
    guard url.contains("/xrpc/com.atproto.sync.getRecord?did=\(repository.did)&"),
      let nsid = url.components(after: "&rkey=").flatMap({ try? NSID($0) }),
      let proof = try? repository.proof(of: nsid)
    else { return HTTPTransportResponse(.notFound, "") }
    return HTTPTransportResponse(head: HTTPResponse(status: .ok), body: proof)
  }

  // MARK: Resolvers

  func directory() -> BaseIdentityDirectory {
    BaseIdentityDirectory(
      plc: PLCDirectoryClient(transport: self),
      handles: HandleResolver(txt: self, transport: self),
      transport: self
    )
  }

  func resolver(
    _ settings: LexiconNetworkSettings = LexiconNetworkSettings(),
    directory: (any IdentityDirectory)? = nil,
    proofs: (any RecordProofSource)? = nil
  ) -> LexiconResolver {
    LexiconResolver(
      txt: self,
      directory: directory ?? self.directory(),
      transport: self,
      proofs: proofs,
      settings: settings
    )
  }

  func resolve(
    _ text: String = "com.example.note",
    _ settings: LexiconNetworkSettings = LexiconNetworkSettings()
  ) async throws(LexiconError) -> ResolvedLexicon {
    try await resolver(settings).resolve(LexiconReference(text))
  }
}

extension HTTPTransportResponse {
  init(_ status: HTTPResponse.Status, _ text: String) {
    self.init(head: HTTPResponse(status: status), body: Array(text.utf8))
  }
}

extension String {
  /// The text after the first occurrence of `mark`.
  func components(after mark: String) -> String? {
    firstRange(of: mark).map { String(self[$0.upperBound...]) }
  }
}
