import ATProtoAuth
import ArgumentParser
import Foundation

/// A Personal Data Server in a child process, with load from this one.
struct PDSCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pds",
    abstract: "Put load on a Personal Data Server: writes, reads, exports, the firehose, memory."
  )

  @Option(help: "Number of accounts.")
  var accounts = 10_000

  @Option(help: "Number of records in the exported repository.")
  var records = 100_000

  @Option(help: "Number of connections that write or read.")
  var connections = 32

  @Option(help: "Number of firehose subscribers.")
  var subscribers = 100

  @Option(help: "Duration of each load in seconds.")
  var seconds = 10.0

  @Option(help: "Turns in which calls with DPoP and with session tokens are compared.")
  var turns = 5

  @Option(help: "Calls per second in that comparison, so that both share transactions alike.")
  var rate = 400.0

  @Option(help: "Directory for the data (default: a temporary directory).")
  var folder: String?

  func run() async throws {
    let path =
      folder
      ?? FileManager.default.temporaryDirectory
      .appending(path: "pds-benchmark-\(getpid())").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let start = ContinuousClock.now
    let sample = try await PDSSample(folder: path, accounts: accounts, records: records)
    print(
      String(
        format: "setup: %d accounts, %d records in %.0f s",
        accounts,
        records,
        (ContinuousClock.now - start) / .seconds(1)
      )
    )
    let server = try ServingProcess(["serve-pds", path])
    try load(server, "createRecord", Self.create(sample.accounts))
    try load(
      server,
      "createRecord with DPoP",
      try createWithDPoP(server, sample, calls: 2000 * seconds)
    )
    try compareTokens(server, sample)
    try load(server, "getRecord", try reading(server, sample.accounts))
    try export(server, sample.accounts[0])
    try firehose(server, sample.accounts)
    print(String(format: "peak memory of the server: %.0f MB", server.peakMemory))
  }

  private func load(
    _ server: ServingProcess,
    _ name: String,
    _ request: @escaping @Sendable (Int, Int) -> String
  ) throws {
    var load = Load(name: name)
    try load.run(server, connections: connections, seconds: seconds, request)
    print(load)
  }

  /// Writes with both kinds of tokens in turn, so that a growing database and other work on the machine
  /// affect both alike.
  private func compareTokens(_ server: ServingProcess, _ sample: PDSSample) throws {
    let name = String(format: "createRecord at %.0f/s", rate)
    var password = Load(name: name)
    var dpop = Load(name: "\(name) with DPoP")
    let seconds = seconds / Double(turns)
    for turn in 0..<turns {
      for isDPoP in turn.isMultiple(of: 2) ? [false, true] : [true, false] {
        let request =
          isDPoP
          ? try createWithDPoP(server, sample, calls: rate * seconds) : Self.create(sample.accounts)
        let run = { (load: inout Load) in
          try load.run(server, connections: connections, seconds: seconds, rate: rate, request)
        }
        try isDPoP ? run(&dpop) : run(&password)
      }
    }
    print(password)
    print(dpop)
    print(
      String(
        format: "a call with DPoP costs %.2f times one with a session token",
        dpop.cost / password.cost
      )
    )
  }

  /// Writes to one account after another, from all connections.
  private static func create(
    _ accounts: [PDSSample.Account]
  ) -> @Sendable (Int, Int) -> String {
    { connection, call in
      let account = account(of: connection, call, among: accounts)
      return create(account, connection, call, "Authorization: Bearer \(account.token)")
    }
  }

  /// The same with OAuth sessions. Each call has a proof of its own. As many as `calls` are signed
  /// before the load starts, because this process would take the server's time for it.
  private func createWithDPoP(
    _ server: ServingProcess,
    _ sample: PDSSample,
    calls: Double
  ) throws -> @Sendable (Int, Int) -> String {
    let readyProofs = Int(calls) / connections + 1
    let nonce = try FreshNonce(server)
    let url = "http://127.0.0.1:\(server.port)/xrpc/com.atproto.repo.createRecord"
    let (accounts, key) = (sample.accounts, sample.key)
    let proof: @Sendable (Int, Int) -> String = { connection, call in
      key.proof(
        method: "POST",
        url: url,
        nonce: nonce.value,
        accessToken: Self.account(of: connection, call, among: accounts).oauthToken
      )
    }
    let ready = (0..<connections).map { connection in
      (0..<readyProofs).map { proof(connection, $0) }
    }
    return { connection, call in
      let account = Self.account(of: connection, call, among: accounts)
      let proof = call < readyProofs ? ready[connection][call] : proof(connection, call)
      return Self.create(
        account,
        connection,
        call,
        "Authorization: DPoP \(account.oauthToken)\r\nDPoP: \(proof)"
      )
    }
  }

  private static func account(
    of connection: Int,
    _ call: Int,
    among accounts: [PDSSample.Account]
  ) -> PDSSample.Account {
    accounts[(connection * 7919 + call * 104_729) % accounts.count]
  }

  /// - Parameter credentials: header lines, without the line break at the end.
  private static func create(
    _ account: PDSSample.Account,
    _ connection: Int,
    _ call: Int,
    _ credentials: String
  ) -> String {
    let body = """
      {"repo":"\(account.did)","collection":"app.bsky.feed.post","record":{\
      "$type":"app.bsky.feed.post","createdAt":"2026-01-02T03:04:05.678Z",\
      "text":"written by connection \(connection), call \(call), with some words"}}
      """
    return """
      POST /xrpc/com.atproto.repo.createRecord HTTP/1.1\r
      Host: localhost\r
      \(credentials)\r
      Content-Type: application/json\r
      Content-Length: \(body.utf8.count)\r
      \r
      \(body)
      """
  }

  /// Reads a record of each of some accounts, one after another.
  private func reading(
    _ server: ServingProcess,
    _ accounts: [PDSSample.Account]
  ) throws -> @Sendable (Int, Int) -> String {
    let connection = try KeptConnection(port: server.port)
    let keys = try accounts.prefix(1000).enumerated().map { index, account in
      let answer = try connection.call(Self.create([account])(index, 0))
      let text = String(decoding: answer, as: UTF8.self)
      let uri = text.firstMatch(of: /at:\\?\/\\?\/[^"]*?([a-z2-7]{13})"/)
      return (account.did, uri.map { String($0.1) } ?? "")
    }
    return { connection, call in
      let (did, key) = keys[(connection * 7919 + call) % keys.count]
      return "GET /xrpc/com.atproto.repo.getRecord?repo=\(did)&collection=app.bsky.feed.post"
        + "&rkey=\(key) HTTP/1.1\r\nHost: localhost\r\n\r\n"
    }
  }

  private func export(_ server: ServingProcess, _ account: PDSSample.Account) throws {
    for _ in 0..<3 {
      let socket = try LoopbackSocket(port: server.port)
      let start = ContinuousClock.now
      let used = server.usedTime
      try socket.send(
        "GET /xrpc/com.atproto.sync.getRepo?did=\(account.did) HTTP/1.1\r\nHost: localhost\r\n"
          + "Connection: close\r\n\r\n"
      )
      var buffer = [UInt8](repeating: 0, count: 1 << 20)
      var size = 0
      while true {
        let count = read(socket.descriptor, &buffer, buffer.count)
        if count <= 0 { break }
        size += count
      }
      let seconds = (ContinuousClock.now - start) / .seconds(1)
      print(
        String(
          format: "getRepo: %.1f MB, %.0f MB/s, %.2f s of CPU; peak memory %.0f MB",
          Double(size) / 1e6,
          Double(size) / 1e6 / seconds,
          server.usedTime - used,
          server.peakMemory
        )
      )
    }
  }

  private func firehose(_ server: ServingProcess, _ accounts: [PDSSample.Account]) throws {
    let sockets = try (0..<subscribers).map { _ in try LoopbackSocket(port: server.port) }
    for socket in sockets { try socket.openWebSocket("/xrpc/com.atproto.sync.subscribeRepos") }
    let counters = FirehoseCounters(sockets)
    let generator = LoadGenerator(port: server.port, connections: connections, seconds: seconds)
    let used = server.usedTime
    let report = try generator.run(Self.create(accounts))
    let behind = report.calls - (try received(counters))
    let end = ContinuousClock.now
    while try received(counters) < report.calls { usleep(200) }
    print(
      String(
        format: """
          createRecord with %d subscribers: %.0f/s, p99 %.1f ms, %.0f µs of CPU per call; \
          %d messages behind at the end, caught up %.0f ms later
          """,
        subscribers,
        report.rate,
        report.percentile(99) * 1e3,
        (server.usedTime - used) / Double(report.calls) * 1e6,
        behind,
        (ContinuousClock.now - end) / .seconds(1) * 1e3
      )
    )
  }

  private func received(_ counters: FirehoseCounters) throws -> Int {
    guard let messages = counters.messages else { throw ValidationError("a subscriber was closed") }
    return messages
  }
}
