import ATProtoCrypto
import ATProtoData
import ATProtoHTTP
import ATProtoRepo
import ATProtoSyntax
import HTTPTypes
import RelayTestSupport
import Synchronization
import Testing

@testable import Relay

@Suite struct RepositoryFetchTests {
  static let pds = "one.example.com"
  static let host = HostName(checked: pds, usesTLS: true)

  /// Serves one repository, and remembers how long fetches were put off.
  final class Server: Sendable {
    private struct State {
      var body: [UInt8]
      var status = 200
      var requests: [String] = []
      var pauses: [Duration] = []
      var delay: SyncTime = 0
    }

    private let state: Mutex<State>
    let clock = TestClock()

    init(_ body: [UInt8]) {
      state = Mutex(State(body: body))
    }

    var body: [UInt8] {
      get { state.withLock { $0.body } }
      set { state.withLock { $0.body = newValue } }
    }

    var status: Int {
      get { state.withLock { $0.status } }
      set { state.withLock { $0.status = newValue } }
    }

    /// The time that each chunk of 777 bytes takes, in microseconds.
    var delay: SyncTime {
      get { state.withLock { $0.delay } }
      set { state.withLock { $0.delay = newValue } }
    }

    var requests: [String] { state.withLock { $0.requests } }
    var pauses: [Duration] { state.withLock { $0.pauses } }

    var fetches: RepositoryFetches {
      let transport = InMemoryTransport { request, _ in
        self.state.withLock { state in
          state.requests.append(request.path ?? "")
          // In small chunks, as a network delivers them.
          let chunks = stride(from: 0, to: state.body.count, by: 777).map {
            Array(state.body[$0..<min($0 + 777, state.body.count)])
          }
          return HTTPTransportStream(
            head: HTTPResponse(status: HTTPResponse.Status(code: state.status)),
            body: ByteStream { [delay = state.delay, clock = self.clock] in
              var rest = chunks[...]
              return {
                clock.advance(by: delay)
                return rest.popFirst()
              }
            }
          )
        }
      }
      return RepositoryFetches(
        HostCalls(transport: transport, userAgent: "test"),
        now: { self.clock.now },
        sleep: { duration in self.state.withLock { $0.pauses.append(duration) } }
      )
    }
  }

  static func account(_ records: Int = 40) -> SimulatedAccount {
    SimulatedAccount(
      pds: "https://\(pds)",
      writes: (0..<records).map { SimulatedAccount.create("app.example.kind\($0 % 4)", $0) }
    )
  }

  func fetch(
    _ account: SimulatedAccount,
    _ fetches: RepositoryFetches,
    _ key: PublicKey? = nil
  ) async -> Result<FetchedRepository, SyncFailure> {
    await fetches.repository(
      of: account.did,
      at: Self.host,
      signedBy: key ?? account.key.publicKey
    )
  }

  @Test func commitAndCollectionsAreKept() async throws {
    let account = Self.account()
    let server = Server(account.car)
    let repository = try await fetch(account, server.fetches).get()
    #expect(repository.commit == account.head)
    #expect(
      Set(repository.collections.map(\.string)) == Set((0..<4).map { "app.example.kind\($0)" })
    )
    #expect(server.requests == ["/xrpc/com.atproto.sync.getRepo?did=\(account.did.string)"])
  }

  @Test func signatureIsVerified() async throws {
    let account = Self.account()
    let other = PrivateKey(generating: .k256).publicKey
    let result = await fetch(account, Server(account.car).fetches, other)
    #expect(throws: SyncFailure.self) { try result.get() }
  }

  @Test(arguments: [0, 1, 30, 60, 500, 2000]) func incompleteRepositoryIsRefused(
    _ size: Int
  ) async throws {
    let account = Self.account()
    let server = Server(Array(account.car.prefix(size)))
    guard case .failure(let failure) = await fetch(account, server.fetches) else {
      return #expect(Bool(false), "the repository is incomplete")
    }
    #expect(failure.kind == .invalid)
  }

  @Test func damagedRepositoryIsRefused() async throws {
    let account = Self.account()
    let car = account.car
    for place in stride(from: 5, to: car.count, by: 131) {
      var damaged = car
      damaged[place] ^= 0x10
      let result = await fetch(account, Server(damaged).fetches)
      #expect(throws: SyncFailure.self) { try result.get() }
    }
  }

  @Test(arguments: [(404, SyncFailure.Kind.notFound), (400, .notFound), (503, .temporary)])
  func statusOfTheHostDecides(_ status: Int, _ kind: SyncFailure.Kind) async throws {
    let account = Self.account()
    let server = Server(account.car)
    server.status = status
    guard case .failure(let failure) = await fetch(account, server.fetches) else {
      return #expect(Bool(false), "the host does not have the repository")
    }
    #expect(failure.kind == kind)
  }

  @Test func chainThatBreaksRepeatedlyWaitsLonger() async throws {
    let account = Self.account()
    let server = Server(account.car)
    let fetches = server.fetches
    for _ in 0..<2 { _ = try await fetch(account, fetches).get() }
    #expect(server.pauses == [.seconds(60)])
    // The third break would wait for two minutes.
    await #expect(throws: SyncFailure.self) { try await fetch(account, fetches).get() }
    #expect(server.requests.count == 2)
    server.clock.advance(by: 61_000_000)
    _ = try await fetch(account, fetches).get()
    #expect(server.pauses == [.seconds(60), .seconds(59)])
    // Other accounts of the host need not wait.
    _ = await fetch(Self.account(), fetches)
    #expect(server.pauses.count == 2)
    server.clock.advance(by: 5 * 3_600_000_000)
    _ = try await fetch(account, fetches).get()
    #expect(server.pauses.count == 2)
  }

  @Test func fetchesForCollectionsAreLimitedAndDoNotDelayOthers() async throws {
    let account = Self.account()
    let server = Server(account.car)
    let fetches = server.fetches
    func refresh() async -> Int? {
      let key = account.key.publicKey
      let result = await fetches.collections(of: account.did, at: Self.host, signedBy: key)
      return try? result.get().collections.count
    }
    #expect(await refresh() == 4)
    #expect(await refresh() == nil)
    server.clock.advance(by: 61_000_000)
    #expect(await refresh() == 4)
    server.clock.advance(by: 61_000_000)
    #expect(await refresh() == nil)
    #expect(server.requests.count == 2)
    _ = try await fetch(account, fetches).get()
    #expect(server.pauses == [])
    // A host that fails is not asked for repositories that can wait.
    server.status = 500
    _ = await fetch(Self.account(1), fetches)
    server.clock.advance(by: 500_000)
    let other = Self.account(1)
    let key = other.key.publicKey
    let result = await fetches.collections(of: other.did, at: Self.host, signedBy: key)
    #expect(throws: SyncFailure.self) { try result.get() }
    #expect(server.requests.count == 4)
  }

  @Test func hostThatFailsWaitsLonger() async throws {
    let server = Server([])
    server.status = 500
    let fetches = server.fetches
    for _ in 0..<4 { _ = await fetch(Self.account(1), fetches) }
    #expect(server.pauses == [.seconds(1), .seconds(2), .seconds(4)])
    server.status = 200
    let account = Self.account()
    server.body = account.car
    _ = try await fetch(account, fetches).get()
    _ = await fetch(Self.account(1), fetches)
    #expect(server.pauses.count == 4)
  }

  @Test func fetchFromASlowHostIsAbandoned() async throws {
    let account = Self.account(2000)
    let server = Server(account.car)
    let fetches = server.fetches
    _ = try await fetch(account, fetches).get()
    server.delay = 1_000_000
    let other = Self.account(2000)
    server.body = other.car
    guard case .failure(let failure) = await fetch(other, fetches) else {
      return #expect(Bool(false), "777 bytes per second are not enough")
    }
    #expect(failure.kind == .temporary)
  }

  /// Fetches from servers of which those whose name begins with "slow" stop in the middle until the
  /// gate is open.
  private func fetches(
    _ car: [UInt8],
    _ gate: CrawlTests.Gate,
    _ clock: TestClock,
    isTrusted: Bool = false
  ) -> RepositoryFetches {
    let transport = InMemoryTransport { request, _ in
      let isSlow = request.authority?.hasPrefix("slow") == true
      let body = ByteStream {
        let middle = isSlow ? 800_000 : car.count
        var parts = [Array(car[..<middle]), Array(car[middle...])].filter { !$0.isEmpty }
        var isFirst = true
        return {
          if isSlow, !isFirst { await gate.wait() }
          isFirst = false
          return parts.isEmpty ? nil : parts.removeFirst()
        }
      }
      return HTTPTransportStream(head: HTTPResponse(status: .ok), body: body)
    }
    return RepositoryFetches(
      HostCalls(transport: transport, userAgent: "test"),
      isTrusted: { _ in isTrusted },
      now: { clock.now }
    )
  }

  /// An account with a repository of more than 1 MB.
  private func largeAccount() -> SimulatedAccount {
    let text = String(repeating: "a", count: 4000)
    return SimulatedAccount(
      pds: "https://\(Self.pds)",
      writes: (0..<300).map { number in
        let record: DataValue = ["$type": "app.example.post", "text": .string("\(number) \(text)")]
        return .create(
          SimulatedAccount.path("app.example.post", number),
          record: record.cborBytes()
        )
      }
    )
  }

  private func start(
    _ account: SimulatedAccount,
    _ host: String,
    _ fetches: RepositoryFetches
  ) -> Task<Bool, Never> {
    Task {
      let result = await fetches.repository(
        of: account.did,
        at: HostName(checked: host, usesTLS: true),
        signedBy: account.key.publicKey
      )
      return (try? result.get()) != nil
    }
  }

  @Test func slowFetchesGiveWayToOthers() async throws {
    let account = largeAccount()
    let gate = CrawlTests.Gate()
    let clock = TestClock()
    let fetches = fetches(account.car, gate, clock)
    let slow = (0..<16).map { start(account, "slow\($0).com", fetches) }
    #expect(try await until { gate.waiting == 16 })
    let other = start(account, "pds.example.org", fetches)
    let host = HostName(checked: "pds.example.org", usesTLS: true)
    #expect(try await until { fetches.waitingCount(of: host) == 1 })
    // More than 64 KiB per second, but not 512.
    clock.advance(by: 11_000_000)
    gate.open()
    #expect(await other.value)
    var abandoned = 0
    for task in slow where await !task.value { abandoned += 1 }
    #expect(abandoned > 0)
  }

  @Test func slowFetchIsCompletedIfNoOtherWaits() async throws {
    let account = largeAccount()
    let gate = CrawlTests.Gate()
    let clock = TestClock()
    let fetches = fetches(account.car, gate, clock)
    let slow = (0..<16).map { start(account, "slow\($0).com", fetches) }
    #expect(try await until { gate.waiting == 16 })
    clock.advance(by: 11_000_000)
    gate.open()
    for task in slow { #expect(await task.value) }
  }

  @Test(arguments: [false, true])
  func hostsOfADomainShareItsFetchesUnlessTheyAreTrusted(_ isTrusted: Bool) async throws {
    let account = largeAccount()
    let gate = CrawlTests.Gate()
    let fetches = fetches(account.car, gate, TestClock(), isTrusted: isTrusted)
    let maximum = isTrusted ? 16 : RepositoryFetches.maximumOfDomain
    let slow = (0..<16).map { start(account, "slow\($0).example.com", fetches) }
    #expect(try await until { gate.waiting == maximum })
    if !isTrusted {
      #expect(await start(account, "pds.example.org", fetches).value)
      #expect(gate.waiting == maximum)
    }
    gate.open()
    for task in slow { _ = await task.value }
  }

  @Test func collectionsAreBounded() throws {
    let account = SimulatedAccount(
      pds: "https://\(Self.pds)",
      writes: (0..<2100).map { SimulatedAccount.create("app.example.kind\($0)", 0) }
    )
    var reader = CollectionReader()
    try reader.append(account.car)
    #expect(try reader.finish().collections.count == 2000)
  }

  @Test func blocksAreBounded() throws {
    var verifier = RepositoryVerifier(blockLimit: 50)
    #expect(throws: RepoError(.tooLarge, "")) { try verifier.append(Self.account(200).car) }
    verifier = RepositoryVerifier(blockLimit: 500)
    try verifier.append(Self.account(200).car)
    #expect(try verifier.finish().entryCount == 200)
  }
}
