import ArgumentParser

/// The Lexicon compiler's command line.
@main
struct Lexgen: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lexgen",
    abstract: "Compiles Lexicon documents to Swift.",
    discussion: """
      Lexicon is the schema language of the AT Protocol. lexgen reads documents in JSON or YAML, \
      checks them, and writes value types, DAG-CBOR and JSON codecs, client calls and server \
      stubs.

        lexgen generate Lexicons --output Sources/Generated
        lexgen check Lexicons
        lexgen format Lexicons
        lexgen why com.atproto.repo.strongRef Lexicons --include app.bsky.feed.post
        lexgen docs Lexicons --output site

      To begin with lexicons of your own:

        lexgen init notes --group com.example.notes
        lexgen new record com.example.notes.note
        lexgen sample com.example.notes.note |
          lexgen validate com.example.notes.note -
      """,
    version: Version.text,
    subcommands: [
      GenerateCommand.self, CheckCommand.self, FormatCommand.self, RulesCommand.self,
      DiffCommand.self, DumpIRCommand.self, WhyCommand.self, InitCommand.self, NewCommand.self,
      ValidateCommand.self, SampleCommand.self, GraphCommand.self, DocsCommand.self,
      ExportCommand.self, CompletionsCommand.self, ManCommand.self,
    ]
  )
}

extension Lexgen {
  /// As ``ParsableCommand/main()``, with the status of ``Status/usage`` for command lines that make
  /// no sense, which would be 64.
  static func main() {
    do {
      var command = try parseAsRoot()
      do {
        try command.run()
      } catch {
        fail(with: error, telling: usage(of: type(of: command), in: error))
      }
    } catch {
      fail(with: error, telling: fullMessage(for: error))
    }
  }

  private static func fail(with error: any Error, telling text: String) -> Never {
    guard exitCode(for: error) == .validationFailure else { exit(withError: error) }
    Terminal.error(text)
    exit(withError: Status.usage)
  }

  /// What went wrong and how the command is used: a command that runs does not know that it is one
  /// of several.
  private static func usage(of command: any ParsableCommand.Type, in error: any Error) -> String {
    let text = command.fullMessage(for: error)
    guard command != Lexgen.self else { return text }
    let name = command._commandName
    return text.replacing("\nUsage: \(name) ", with: "\nUsage: lexgen \(name) ", maxReplacements: 1)
      .replacing("See '\(name) --help'", with: "See 'lexgen \(name) --help'")
  }
}

/// Exit statuses: 0, and these two.
enum Status {
  /// The input has errors.
  static let findings = ExitCode(1)
  /// The command line or the configuration makes no sense, or a file cannot be written.
  static let usage = ExitCode(2)
}
