import ATProtoAuth
import ATProtoSyntax
import ArgumentParser
import Foundation
import Labeler
import SQLiteStorage

/// A labeler in a child process, with load from this one.
struct LabelsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "labels",
    abstract: "Put load on a labeler: queries among many labels, new labels, the stream, memory."
  )

  @Option(
    parsing: .upToNextOption,
    help: "Numbers of stored labels with which queries are measured, in ascending order."
  )
  var labels = [100_000, 1_000_000, 10_000_000]

  @Option(help: "Number of labels that the stream replays.")
  var replay = 2_000_000

  @Option(help: "Number of connections that query.")
  var connections = 32

  @Option(help: "Number of connections that label and report.")
  var moderators = 64

  @Option(help: "Duration of each load in seconds.")
  var seconds = 10.0

  @Option(help: "Duration of the loads that write, in seconds.")
  var writeSeconds = 30.0

  @Option(help: "Directory for the data (default: a temporary directory).")
  var folder: String?

  func run() async throws {
    let folder =
      folder
      ?? FileManager.default.temporaryDirectory.appending(path: "labels-benchmark-\(getpid())").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try await verify()
    try await write(folder + "/write")
    try await replay(folder + "/replay")
    var sample = try LabelSample(folder: folder)
    for count in labels {
      let start = ContinuousClock.now
      try await sample.grow(to: count)
      let size = try FileManager.default.attributesOfItem(atPath: sample.path)[.size] as? Int ?? 0
      print(
        String(
          format: "%d labels: filled in %.0f s, %.0f bytes per label",
          count,
          (ContinuousClock.now - start) / .seconds(1),
          Double(size) / Double(count)
        )
      )
      try query(sample)
    }
  }

  // MARK: Queries

  private func query(_ sample: LabelSample) throws {
    let server = try ServingProcess(["serve-labeler", sample.path])
    let count = sample.count
    for (name, request) in [
      ("one subject", Self.oneSubject), ("25 subjects", Self.manySubjects),
      ("an account and its posts, 250 labels", Self.account), ("all of these", Self.mixed),
    ] {
      var load = Load(name: "queryLabels, \(name)")
      try load.run(server, connections: connections, seconds: seconds) { connection, call in
        request(Self.number(connection, call), count)
      }
      print(load)
    }
    print(String(format: "peak memory of the labeler: %.0f MB", server.peakMemory))
  }

  /// Distributes calls over all subjects.
  private static func number(_ connection: Int, _ call: Int) -> Int {
    (connection * 15_485_863 + call * 32_452_843 + 49_979_687) & (1 << 50 - 1)
  }

  private static func oneSubject(_ number: Int, _ count: Int) -> String {
    query([LabelSample.subject(number % count)])
  }

  private static func manySubjects(_ number: Int, _ count: Int) -> String {
    query((0..<25).map { LabelSample.subject((number + $0 * 86_028_121) % count) })
  }

  private static func account(_ number: Int, _ count: Int) -> String {
    // The first two characters of a DID, so that pages are full.
    let did = LabelSample.account(number % (count / LabelSample.labelsOfAccount))
    return query(["at://\(did.prefix(10))*"], limit: 250)
  }

  private static func mixed(_ number: Int, _ count: Int) -> String {
    switch number % 20 {
    case ..<12: oneSubject(number, count)
    case ..<17: manySubjects(number, count)
    default: account(number, count)
    }
  }

  private static func query(_ patterns: [String], limit: Int = 50) -> String {
    let query = patterns.map { "uriPatterns=\($0)" } + ["limit=\(limit)"]
    return "GET /xrpc/com.atproto.label.queryLabels?\(query.joined(separator: "&")) HTTP/1.1\r\n"
      + "Host: localhost\r\n\r\n"
  }

  // MARK: Writes

  private func write(_ folder: String) async throws {
    let sample = try LabelSample(folder: folder)
    let server = try ServingProcess(["serve-labeler", sample.path])
    var emit = Load(name: "emitEvent with one label")
    try emit.run(server, connections: moderators, seconds: writeSeconds, Self.emit)
    print(emit)
    // Every label that was acknowledged is in the stream.
    let count = try await labels(in: sample)
    let report = try LabelStreamReader.read(port: server.port, upTo: count)
    guard emit.calls == count, report.events == count else {
      throw ValidationError("\(emit.calls) calls, \(count) labels, \(report.events) events")
    }
    var reports = Load(name: "createReport with a service token")
    try reports.run(
      server,
      connections: moderators,
      seconds: writeSeconds,
      Self.reporting(connections: moderators, calls: emit.calls * 2 / moderators)
    )
    print(reports)
  }

  /// Read by this process while the labeler uses the database.
  private func labels(in sample: LabelSample) async throws -> Int {
    let copy = sample.path + "-copy"
    try SQLiteLabelerStore.copy(sample.path, to: copy)
    let store = try SQLiteLabelerStore(path: copy)
    defer { try? store.close() }
    return try await store.read { try $0.labels.count() }
  }

  private static func emit(_ connection: Int, _ call: Int) -> String {
    post(
      "tools.ozone.moderation.emitEvent",
      """
      {"event":{"$type":"tools.ozone.moderation.defs#modEventLabel","createLabelVals":["spam"],\
      "negateLabelVals":[]},"subject":{"$type":"com.atproto.admin.defs#repoRef",\
      "did":"\(LabelSample.account(connection * 1_000_000 + call))"},\
      "createdBy":"\(LabelSample.did)"}
      """,
      password
    )
  }

  /// Each call has a token of its own. As many as `calls` of each connection are signed before the
  /// load starts, because this process would take the labeler's time for it.
  private static func reporting(
    connections: Int,
    calls: Int
  ) throws -> @Sendable (Int, Int) -> String {
    let reporters = try (0..<1_000).map { try DID("did:web:reporter\($0).test") }
    let method = NSID("com.atproto.moderation.createReport")
    let token: @Sendable (Int, Int) -> String = { connection, call in
      ServiceToken(
        issuer: reporters[(connection * 7_919 + call) % reporters.count],
        audience: "\(LabelSample.did)#atproto_labeler",
        method: method,
        lifetime: 300
      ).signed(with: LabelSample.key)
    }
    let ready = (0..<connections).map { connection in (0..<calls).map { token(connection, $0) } }
    return { connection, call in
      post(
        method.string,
        """
        {"reasonType":"com.atproto.moderation.defs#reasonSpam","reason":"call \(call)",\
        "subject":{"$type":"com.atproto.admin.defs#repoRef",\
        "did":"\(LabelSample.account(connection * 1_000_000 + call))"}}
        """,
        "Bearer \(call < calls ? ready[connection][call] : token(connection, call))"
      )
    }
  }

  private static let password =
    "Basic " + Data("admin:\(LabelSample.password)".utf8).base64EncodedString()

  private static func post(_ nsid: String, _ body: String, _ authorization: String) -> String {
    """
    POST /xrpc/\(nsid) HTTP/1.1\r
    Host: localhost\r
    Authorization: \(authorization)\r
    Content-Type: application/json\r
    Content-Length: \(body.utf8.count)\r
    \r
    \(body)
    """
  }

  // MARK: The stream

  private func replay(_ folder: String) async throws {
    var sample = try LabelSample(folder: folder)
    try await sample.grow(to: replay)
    let server = try ServingProcess(["serve-labeler", sample.path])
    for _ in 0..<3 {
      let used = server.usedTime
      let report = try LabelStreamReader.read(port: server.port, upTo: replay)
      guard report.events == replay else {
        throw ValidationError("\(report.events) of \(replay) events")
      }
      print(
        String(
          format: "subscribeLabels: %d events, %.0f/s, %.0f MB/s, %.1f µs of CPU per event",
          report.events,
          Double(report.events) / report.seconds,
          Double(report.bytes) / report.seconds / 1e6,
          (server.usedTime - used) / Double(report.events) * 1e6
        )
      )
    }
    print(String(format: "peak memory of the labeler: %.0f MB", server.peakMemory))
  }
}
