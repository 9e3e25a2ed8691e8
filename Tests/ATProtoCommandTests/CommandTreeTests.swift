import ATProtoData
import Foundation
import TestSupport
import Testing

/// What all commands of `atproto` have in common, checked over the whole command tree.
@Suite struct CommandTreeTests {
  struct Command: Sendable, CustomTestStringConvertible {
    let path: String
    let isGroup: Bool
    let abstract: String
    let discussion: String
    let arguments: [DataValue]

    var testDescription: String { path }

    func takes(_ option: String) -> Bool {
      arguments.contains { argument in
        argument["names"]?.array?.contains { $0["name"]?.string == option } == true
      }
    }
  }

  /// All visible commands, groups before their members, as described by ArgumentParser, which takes
  /// seconds in debug builds.
  static func commands() throws -> [Command] { try tree.get() }

  private static let tree = Result {
    let child = try ChildProcess(
      try ChildProcess.built("atproto"),
      ["--experimental-dump-help"]
    )
    let tool = try DataValue(json: [UInt8](child.output))
    return commands(try #require(tool["command"]), below: [])
  }

  private static func commands(_ value: DataValue, below parents: [String]) -> [Command] {
    let name = value["commandName"]?.string ?? ""
    guard value["shouldDisplay"] != false, name != "help" else { return [] }
    let path = parents + [name]
    let children = (value["subcommands"]?.array ?? []).flatMap { commands($0, below: path) }
    let command = Command(
      path: path.joined(separator: " "),
      isGroup: !children.isEmpty,
      abstract: value["abstract"]?.string ?? "",
      discussion: value["discussion"]?.string ?? "",
      arguments: value["arguments"]?.array ?? []
    )
    return [command] + children
  }

  @Test func commandsBeginWithTheirNoun() throws {
    let paths = try Self.commands().map(\.path)
    for path in [
      "record create", "record get", "record list", "record put", "record delete", "login",
      "logout", "whoami", "account login", "account logout", "account whoami", "blob upload",
      "blob download", "repo inspect", "repo ls", "repo get", "repo verify", "repo diff",
      "repo export", "identity resolve", "xrpc query", "xrpc procedure", "firehose",
      "lexicon resolve", "lexicon install", "lexicon update", "lexicon verify", "lexicon publish",
      "lexicon unpublish", "lexicon status", "lexicon list", "lexicon check-dns",
      "syntax check", "key generate", "key inspect", "pds serve", "pds account create",
      "pds backup", "pds check", "plc serve", "plc log", "plc verify", "relay serve",
      "relay host list", "relay host crawl", "relay domain ban", "relay account takedown",
      "relay consumer list", "relay pull-hosts", "labeler serve", "labeler setup",
      "labeler check", "labeler member add", "label add", "label negate", "label list",
      "label verify", "report create", "report list", "appview serve", "appview status",
      "appview reindex", "appview backfill", "appview plan", "network serve",
    ] {
      #expect(paths.contains("atproto \(path)"), "\(path)")
    }
    #expect(Set(paths).count == paths.count)
  }

  private static let verbs: Set = [
    "Add", "Administer", "Answer", "Ban", "Call", "Change", "Check", "Copy", "Create", "Delete",
    "Disconnect", "Download", "End", "Export", "Fetch", "Generate", "Inspect", "Keep", "Label",
    "Lift", "List",
    "Log",
    "Look", "Negate", "Print", "Publish", "Read", "Rebuild", "Remove", "Report", "Resolve",
    "Reverse", "Run",
    "Show",
    "Start", "Take", "Unblock", "Upload", "Verify", "Withdraw", "Write",
  ]

  @Test func abstractsAreImperativeSentences() throws {
    for command in try Self.commands() {
      let first = command.abstract.split(separator: " ").first.map(String.init) ?? ""
      #expect(Self.verbs.contains(first), "\(command.path): \(command.abstract)")
      #expect(command.abstract.hasSuffix("."), "\(command.path): \(command.abstract)")
    }
  }

  @Test func argumentsHaveHelpThatEndsWithAPeriod() throws {
    for command in try Self.commands() {
      for argument in command.arguments where argument["shouldDisplay"] == true {
        let name = argument["preferredName"]?["name"]?.string ?? argument["valueName"]?.string
        let help = argument["abstract"]?.string ?? ""
        #expect(help.hasSuffix("."), "\(command.path) \(name ?? "?"): \(help)")
      }
    }
  }

  /// Commands without `--json`, and why.
  private static let withoutJSON = [
    "atproto pds serve": "its first line on standard output is JSON already; the rest is the log",
    "atproto plc serve": "its first line on standard output is JSON already; the rest is the log",
    "atproto appview serve":
      "its first line on standard output is JSON already; the rest is the log",
    "atproto mock serve":
      "its first line on standard output is JSON already; the rest is the log",
    "atproto network serve":
      "its first line on standard output is JSON already; the rest is the log",
    "atproto sync": "its output is lines of JSON already",
    "atproto labeler serve":
      "its first line on standard output is JSON already; the rest is the log",
    "atproto relay serve": "its first line on standard output is JSON already; the rest is the log",
  ]

  @Test func commandsTakeJSONAndDescribeIt() throws {
    for command in try Self.commands() where !command.isGroup {
      let isExcepted = Self.withoutJSON[command.path] != nil
      #expect(command.takes("json") != isExcepted, "\(command.path)")
      #expect(command.discussion.contains(isExcepted ? "JSON" : "--json"), "\(command.path)")
    }
  }

  private static let offline: [([String], Int32)] = [
    (["key", "generate"], 0), (["key", "inspect", "nothing"], 1),
    (["syntax", "check", "handle", "Alice.example"], 0), (["syntax", "check", "did", "alice"], 1),
    (["repo", "verify", "/nowhere/repo.car"], 1), (["repo", "ls", "/nowhere/repo.car"], 1),
    (["plc", "log", "did:web:alice.example"], 64), (["whoami", "--account"], 64),
    (["repo", "export", "repo.car", "--format", "car"], 64), (["record", "get"], 64),
    (["pds", "check", "--data", "/nowhere"], 1),
    (["scenario", "--server", "/nowhere/atproto"], 1),
  ]

  @Test(arguments: offline)
  func jsonOutputAndErrorsAreLinesOfJSON(_ arguments: [String], _ status: Int32) throws {
    let child = try ChildProcess(
      try ChildProcess.built("atproto"),
      arguments + ["--json"]
    )
    #expect(child.status == status)
    for line in child.lines { _ = try DataValue(json: line) }
    let errors = String(decoding: child.error, as: UTF8.self).split(separator: "\n")
    for line in errors { #expect(try DataValue(json: String(line))["error"]?.string != nil) }
    // A check that fails is a result; any other failure is an error.
    #expect(child.lines.isEmpty == (status != 0 && arguments[0] != "syntax"))
    #expect(errors.isEmpty != child.lines.isEmpty)
  }

  /// ArgumentParser writes the scripts.
  @Test(arguments: ["bash", "zsh", "fish"])
  func completionScriptsKnowTheCommands(_ shell: String) throws {
    let child = try ChildProcess(
      try ChildProcess.built("atproto"),
      ["--generate-completion-script", shell]
    )
    #expect(child.status == 0)
    let script = String(decoding: child.output, as: UTF8.self)
    for name in try Self.commands().map(\.path) {
      #expect(script.contains(name.split(separator: " ").last ?? ""), "\(name)")
    }
    guard shell == "bash" else { return }
    let bash = URL(filePath: "/bin/bash")
    #expect(try ChildProcess(bash, ["-n"], input: child.output).status == 0)
  }

  /// The table in `docs/cli.md` is recorded with `RECORD_SNAPSHOTS=1`.
  @Test func documentationListsTheCommands() throws {
    let file = PythonEnvironment.package.appending(path: "docs/cli.md")
    let text = try String(contentsOf: file, encoding: .utf8)
    let (begin, end) = ("<!-- commands -->\n", "<!-- end of commands -->\n")
    let before = try #require(text.range(of: begin)?.upperBound)
    let after = try #require(text.range(of: end)?.lowerBound)
    let rows = try Self.commands().filter { !$0.isGroup }
      .map { "| `\($0.path)` | \($0.abstract) |\n" }
    let table = "| Command | |\n|---|---|\n" + rows.joined()
    if ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] != nil {
      try text.replacingCharacters(in: before..<after, with: table)
        .write(to: file, atomically: true, encoding: .utf8)
      Issue.record("recorded \(file.path)")
    } else {
      #expect(text[before..<after] == table)
    }
  }
}
