import Foundation
import TestSupport
import Testing

/// What the tool says of itself.
@Suite("lexgen: help")
struct HelpTests {
  private static func commands() throws -> [String] {
    let help = try LexgenProcess("--help", in: TemporaryFolder())
    let list = help.output.components(separatedBy: "SUBCOMMANDS:").last ?? ""
    return list.split(separator: "\n").compactMap { line in
      guard line.hasPrefix("  "), !line.hasPrefix("   ") else { return nil }
      return line.split(separator: " ").first.map(String.init)
    }.filter { $0 != "See" }
  }

  @Test("Every command shows an example of itself")
  func examples() throws {
    let commands = try Self.commands()
    #expect(commands.count >= 13, "\(commands)")
    for command in commands {
      let help = try LexgenProcess(command, "--help", in: TemporaryFolder())
      let overview = help.output.components(separatedBy: "USAGE:")[0]
      #expect(overview.contains("  lexgen \(command)"), "\(command)")
    }
  }

  private struct Dump: Decodable {
    struct Command: Decodable {
      var commandName: String
      var discussion: String?
      var subcommands: [Command]?
    }

    var command: Command
  }

  @Test("Examples are shown as they are written: who copies one gets all of it")
  func unwrapped() throws {
    let folder = try TemporaryFolder()
    let dump = try LexgenProcess("--experimental-dump-help", in: folder)
    let root = try JSONDecoder().decode(Dump.self, from: Data(dump.output.utf8)).command
    for command in [root] + (root.subcommands ?? []) {
      let examples = (command.discussion ?? "").split(separator: "\n").filter {
        $0.hasPrefix("  ")
      }
      let name = command.commandName == "lexgen" ? [] : [command.commandName]
      let help = try LexgenProcess(name + ["--help"], in: folder)
      let lines = Set(help.output.split(separator: "\n"))
      #expect(examples.filter { !lines.contains($0) } == [], "\(command.commandName)")
      #expect(examples.allSatisfy { $0.count <= 80 }, "\(command.commandName)")
    }
  }

  @Test(
    "What goes wrong in a command tells how that command is used",
    arguments: [
      ["sample", "com.example.absent"], ["sample"], ["graph", "com.example.absent"],
      ["validate", "com.example.absent", "x.json"], ["why", "not-one"], ["check", "--nope"],
    ]
  )
  func usage(_ arguments: [String]) throws {
    let folder = try TemporaryFolder()
    try folder.write("inputs: in\n", to: "lexgen.yaml")
    try folder.write(Documents.object("com.example.a"), to: "in/a.json")
    let run = try LexgenProcess(arguments, in: folder)
    #expect(run.status == 2)
    #expect(run.error.contains("\nUsage: lexgen \(arguments[0]) "), "\(run.error)")
    #expect(run.error.contains("See 'lexgen \(arguments[0]) --help' for more"), "\(run.error)")
  }

  @Test("The manual page has every command, and no text that is taken for a request")
  func manual() throws {
    let page = try LexgenProcess("man", in: TemporaryFolder())
    #expect(page.status == 0)
    let version = try LexgenProcess("--version", in: TemporaryFolder()).output.dropLast()
    let title = try #require(page.output.split(separator: "\n").first { $0.hasPrefix(".TH ") })
    let date = try #require(title.firstMatch(of: /"([0-9]{4}-[0-9]{2}-[0-9]{2})"/)).output.1
    #expect(title == ".TH LEXGEN 1 \"\(date)\" \"lexgen \(version)\" \"User Commands\"")
    for command in try Self.commands() {
      let name = command.replacing("-", with: "\\-")
      #expect(page.output.contains(".SS lexgen \(name)\n"), "\(command)")
    }
    // A line with a period in front is a request, and these are all there are.
    let requests: Set<String> = [
      ".TH", ".SH", ".SS", ".PP", ".TP", ".B", ".RS", ".RE", ".nf", ".fi", ".\\\"",
    ]
    for line in page.output.split(separator: "\n") where line.hasPrefix(".") {
      #expect(requests.contains(String(line.prefix { $0 != " " })), "\(line)")
    }
  }

  @Test("Completions for each shell know the commands", arguments: ["bash", "zsh", "fish"])
  func completions(_ shell: String) throws {
    let script = try LexgenProcess("completions", shell, in: TemporaryFolder())
    #expect(script.status == 0)
    for command in ["generate", "validate", "sample", "completions"] {
      #expect(script.output.contains(command))
    }
  }

  @Test("The version has the commit, where the sources are a clone")
  func version() throws {
    let run = try LexgenProcess("--version", in: TemporaryFolder())
    #expect(run.status == 0)
    let text = run.output.split(separator: "\n").first ?? ""
    #expect(text.wholeMatch(of: /[0-9]+\.[0-9]+\.[0-9]+( \([0-9a-f]{12}\))?/) != nil, "\(text)")
  }

  private static let reflog = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../.git/logs/HEAD").standardized

  private static func lastChange(of file: URL) throws -> Date {
    let attributes = try FileManager.default.attributesOfItem(atPath: file.path)
    return try #require(attributes[.modificationDate] as? Date)
  }

  @Test(
    "The commit is that of the build, not of the last reading of the manifest",
    .enabled(if: FileManager.default.fileExists(atPath: reflog.path), "needs a clone")
  )
  func commit() throws {
    let lines = try String(contentsOf: Self.reflog, encoding: .utf8).split(separator: "\n")
    let commit = try #require(lines.last?.split(separator: " ").dropFirst().first)
    // Who commits and does not build again has the build of another commit.
    let built = try Self.lastChange(of: ChildProcess.built("lexgen"))
    guard try Self.lastChange(of: Self.reflog) < built else { return }
    let run = try LexgenProcess("--version", in: TemporaryFolder())
    #expect(run.output.hasSuffix(" (\(commit.prefix(12)))\n"), "\(run.output)")
  }
}
