import ATProtoData
import Foundation
import TestSupport
import Testing

/// A PDS with an account that publishes documents, a PLC directory, and a name server for the domains
/// that tests use: `d1.example.com`, and so on.
final class LexiconFixture: Sendable {
  static let domains = (1...9).map { "d\($0).example.com" }

  let client: ClientFixture
  let names: NameServer
  let did: String

  init() throws {
    client = try ClientFixture()
    let did = try #require(try client.logIn()["did"]?.string)
    self.did = did
    names = try NameServer(Self.domains.map { ("_lexicon.\($0)", "did=\(did)") })
    for _ in 0..<100 {
      let child = try run("resolve", "com.example.d1.a", "--did", in: "none")
      if child.status == 0 { break }
      try names.revive()
    }
  }

  var folder: TemporaryFolder { client.folder }

  /// Runs a command of `atproto lexicon` that uses this network, and a directory in the fixture's.
  func run(_ arguments: String..., in project: String) throws -> ChildProcess {
    try run(arguments: arguments, in: project)
  }

  func run(arguments: [String], in project: String) throws -> ChildProcess {
    try ChildProcess(atproto: command(arguments, in: project), in: folder)
  }

  /// The arguments of a command, with those that name the network and the files.
  func command(_ arguments: [String], in project: String) -> [String] {
    let files = [
      "--manifest", client.path("\(project)/lexicons.json"),
      "--lexicons", client.path("\(project)/lexicons"),
    ]
    let network = ["--dns", "127.0.0.1:\(names.port)", "--plc", client.directory, "--dev"]
    return ["lexicon"] + arguments + (arguments.first == "resolve" ? [] : files)
      + (arguments.first == "verify" ? [] : network)
  }

  /// Publishes documents in one commit, replacing those that exist; at most 200.
  func publish(_ documents: [DataValue], replacing: Bool = false) throws {
    let kind = "com.atproto.repo.applyWrites#\(replacing ? "update" : "create")"
    let writes = documents.map { document -> DataValue in
      var record = document
      record["$type"] = "com.atproto.lexicon.schema"
      return [
        "$type": .string(kind), "collection": "com.atproto.lexicon.schema",
        "rkey": document["id"] ?? "", "value": record,
      ]
    }
    let input: DataValue = ["repo": .string(did), "validate": false, "writes": .array(writes)]
    try folder.write(input.jsonString(), to: "writes.json")
    let child = try client.run(
      "xrpc",
      "procedure",
      "com.atproto.repo.applyWrites",
      "--input",
      client.path("writes.json")
    )
    try #require(child.status == 0, "\(String(decoding: child.error, as: UTF8.self))")
  }

  /// An object with one property, and references to other documents.
  static func object(
    _ nsid: String,
    _ property: String = "text",
    type: String = "string",
    refersTo references: [String] = []
  ) -> DataValue {
    var properties: DataObject = [property: ["type": .string(type)]]
    for (index, reference) in references.enumerated() {
      properties["ref\(index)"] = ["type": "ref", "ref": .string(reference)]
    }
    let main: DataObject = ["type": "object", "properties": .object(properties)]
    return ["lexicon": 1, "id": .string(nsid), "defs": ["main": .object(main)]]
  }
}

/// Starts one network for all tests of a suite, because a PDS takes a while to start.
struct SharedLexiconFixture: SuiteTrait, TestScoping {
  @TaskLocal private static var current: LexiconFixture?

  static var fixture: LexiconFixture {
    get throws { try #require(current) }
  }

  var isRecursive: Bool { false }

  func provideScope(
    for test: Test,
    testCase: Test.Case?,
    performing function: @Sendable () async throws -> Void
  ) async throws {
    try await Self.$current.withValue(try LexiconFixture()) { try await function() }
  }
}

extension Trait where Self == SharedLexiconFixture {
  static var lexiconNetwork: SharedLexiconFixture { SharedLexiconFixture() }
}

extension ChildProcess {
  /// The one line of JSON on standard output.
  func json(status expected: Int32) throws -> DataValue {
    try #require(
      status == expected,
      "\(status) \(lines) \(String(decoding: error, as: UTF8.self))"
    )
    try #require(lines.count == 1, "\(lines)")
    return try DataValue(json: lines[0])
  }
}
