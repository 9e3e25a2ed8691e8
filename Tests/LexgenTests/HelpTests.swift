import Foundation
import TestSupport
import Testing

@Suite("lexgen --help, --version, and completions")
struct HelpTests {
  private static func commands() throws -> [String] {
    let help = try LexgenProcess("--help", in: TemporaryFolder())
    let list = help.output.components(separatedBy: "SUBCOMMANDS:").last ?? ""
    return list.split(separator: "\n").compactMap { line in
      guard line.hasPrefix("  "), !line.hasPrefix("   ") else { return nil }
      return line.split(separator: " ").first.map(String.init)
    }.filter { $0 != "See" }
  }

  @Test("The help of every command contains an example")
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

  @Test("Examples in help texts are not wrapped, so that they can be copied")
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
    "Only an error in the command line itself is followed by the usage of the command",
    arguments: [
      (["sample"], true), (["check", "--nope"], true), (["check", "--format", "xml"], true),
      (["sample", "com.example.a", "--count", "0"], true),
      (["generate", "--access", "open", "-o", "out"], true),
      (["sample", "com.example.absent"], false), (["graph", "com.example.absent"], false),
      (["validate", "com.example.absent", "x.json"], false), (["why", "not-one"], false),
      (["why", "com.example.absent"], false), (["generate"], false),
      (["generate", "-o", "out", "--include", "com.nothing"], false),
      (["generate", "-o", "out", "--package", "P"], false),
      (["generate", "-o", "out", "--module", "a-b"], false),
      (["check", "--write-baseline"], false), (["check", "--manifest", "m.json"], false),
      (["check", "--config", "absent.yaml"], false), (["rules", "absent"], false),
      (["export", "--format", "json-schema", "--subject", "com.example.absent"], false),
      (["init", "--group", "notes"], false), (["new", "record", "notes"], false),
      (["diff", "in", "git:--"], false),
    ] as [([String], Bool)]
  )
  func usage(_ arguments: [String], _ showsUsage: Bool) throws {
    let folder = try TemporaryFolder()
    try folder.write("inputs: in\n", to: "lexgen.yaml")
    try folder.write(Documents.object("com.example.a"), to: "in/a.json")
    let run = try LexgenProcess(arguments, in: folder)
    #expect(run.status == 2)
    #expect(!run.error.isEmpty)
    let usage = "\nUsage: lexgen \(arguments[0]) "
    #expect(run.error.contains(usage) == showsUsage, "\(run.error)")
    #expect(run.error.contains("--help' for more") == showsUsage, "\(run.error)")
  }

  @Test(
    "The completion script of each shell contains all commands",
    arguments: ["bash", "zsh", "fish"]
  )
  func completions(_ shell: String) throws {
    let script = try LexgenProcess("--generate-completion-script", shell, in: TemporaryFolder())
    #expect(script.status == 0)
    for command in try Self.commands() {
      #expect(script.output.contains(command), "\(command)")
    }
  }

  @Test("--version prints the commit if the sources are a clone")
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
    "--version prints the commit of the build, not of the last evaluation of the manifest",
    .enabled(if: FileManager.default.fileExists(atPath: reflog.path), "needs a clone")
  )
  func commit() throws {
    let lines = try String(contentsOf: Self.reflog, encoding: .utf8).split(separator: "\n")
    let commit = try #require(lines.last?.split(separator: " ").dropFirst().first)
    // After a commit without a build, the program is from an earlier commit.
    let built = try Self.lastChange(of: ChildProcess.built("lexgen"))
    guard try Self.lastChange(of: Self.reflog) < built else { return }
    let run = try LexgenProcess("--version", in: TemporaryFolder())
    #expect(run.output.hasSuffix(" (\(commit.prefix(12)))\n"), "\(run.output)")
  }
}
