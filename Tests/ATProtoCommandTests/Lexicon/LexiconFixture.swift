import ATProtoData
import Foundation
import TestSupport
import Testing

/// A PDS with an account that publishes documents, a PLC directory, and a name server for the domain
/// `example.com`.
final class LexiconFixture: Sendable {
  let client: ClientFixture
  let names: NameServer
  let did: String

  init() throws {
    client = try ClientFixture()
    let did = try #require(try client.logIn()["did"]?.string)
    self.did = did
    names = try NameServer([("_lexicon.example.com", "did=\(did)")])
    for _ in 0..<100 where try run("resolve", "com.example.a", "--did").status != 0 {
      try names.revive()
    }
  }

  var folder: TemporaryFolder { client.folder }

  /// Runs a command of `atproto lexicon` that uses the network of this fixture.
  func run(_ arguments: String...) throws -> ChildProcess {
    try run(arguments: arguments)
  }

  func run(arguments: [String]) throws -> ChildProcess {
    try ChildProcess(atproto: command(arguments), in: folder)
  }

  /// The arguments of a command, with those that name the network and the files.
  func command(_ arguments: [String]) -> [String] {
    let files = arguments.first == "resolve" ? [] : self.files
    let network = arguments.first == "verify" ? [] : self.network
    return ["lexicon"] + arguments + files + network
  }

  var network: [String] {
    ["--dns", "127.0.0.1:\(names.port)", "--plc", client.directory, "--dev"]
  }

  var files: [String] {
    [
      "--manifest", client.path("project/lexicons.json"), "--lexicons",
      client.path("project/lexicons"),
    ]
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
