import ATProtoData
import Foundation
import TestSupport
import Testing

/// A PDS with its PLC directory and a name server, and the directory of an author who is logged in.
final class PublicationFixture: Sendable {
  static let otherDID = "did:plc:ewvi7nxzyoun6zhxrhs64oiz"

  let network: ClientFixture
  let did: String
  let names: NameServer

  init() throws {
    network = try ClientFixture()
    did = try #require(try network.logIn()["did"]?.string)
    names = try NameServer([
      ("_lexicon.garden.example.com", "did=\(did)"),
      ("_lexicon.other.example.com", "did=\(Self.otherDID)"),
      ("_lexicon.two.example.com", "did=\(did)"),
      ("_lexicon.two.example.com", "did=\(Self.otherDID)"),
      ("_lexicon.bad.example.com", "did=garden"),
    ])
    try network.folder.folder("author")
    // The name server needs a moment to start.
    for _ in 0..<100 {
      if try lexicon("resolve", "com.example.garden.a", "--did").status == 0 { break }
      try names.revive()
    }
  }

  /// Runs a command in the directory of the author.
  func lexicon(_ arguments: String...) throws -> ChildProcess {
    try lexicon(arguments: arguments)
  }

  func lexicon(arguments: [String], in directory: String = "author") throws -> ChildProcess {
    try names.revive()
    let network =
      arguments.first == "verify"
      ? [] : ["--dev", "--plc", self.network.directory, "--dns", "127.0.0.1:\(names.port)"]
    return try ChildProcess(
      URL(filePath: "/usr/bin/env"),
      [
        "XDG_STATE_HOME=\(self.network.folder.path)/state",
        try ChildProcess.built("atproto").path, "lexicon",
      ] + arguments + network,
      folder: URL(filePath: self.network.path(directory))
    )
  }

  /// The value that a command prints with `--json`, and its exit status.
  func json(_ arguments: String...) throws -> (status: Int32, value: DataValue) {
    let child = try lexicon(arguments: arguments + ["--json"])
    let errors = String(decoding: child.error, as: UTF8.self)
    let line = try #require(child.lines.first, "\(child.status): \(errors)")
    return (child.status, try DataValue(json: line))
  }

  /// Writes a document with one required property, and more of them.
  func write(
    _ nsid: String,
    _ properties: [String] = [],
    required: [String] = ["text"],
    to path: String? = nil
  ) throws {
    let all = (["text"] + properties).map { #""\#($0)":{"type":"string"}"# }
    let names = required.map { #""\#($0)""# }.joined(separator: ",")
    let text = """
      {"lexicon":1,"id":"\(nsid)","defs":{"main":{"type":"record","key":"tid","record":{\
      "type":"object","required":[\(names)],"properties":{\(all.joined(separator: ","))}}}}}
      """
    try write(text, to: path ?? "\(nsid).json")
  }

  func write(_ text: String, to path: String) throws {
    try network.folder.write(text, to: "author/lexicons/\(path)")
  }

  func remove(_ path: String) throws {
    try network.folder.remove("author/lexicons/\(path)")
  }

  /// The newest commit of the author's repository.
  func commit() throws -> DataValue {
    let child = try network.run(
      "xrpc",
      "query",
      "com.atproto.sync.getLatestCommit",
      "did=\(did)",
      "--service",
      network.address,
      "--json"
    )
    return try network.object(child)
  }
}

extension DataValue {
  /// A field of each object of an array.
  func column(_ name: String) -> [String?] { (array ?? []).map { $0[name]?.string } }
}
