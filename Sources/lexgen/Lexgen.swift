import ArgumentParser
import LexiconProject

/// The command line of the Lexicon compiler.
@main
struct Lexgen: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lexgen",
    abstract: "Compile Lexicon documents to Swift.",
    discussion: """
      Lexicon is the schema language of the AT Protocol. lexgen reads documents in JSON or YAML, \
      checks them, and generates value types, DAG-CBOR and JSON codecs, client calls, and server \
      stubs.

        lexgen generate Lexicons --output Sources/Generated
        lexgen check Lexicons
        lexgen format Lexicons
        lexgen why com.atproto.repo.strongRef Lexicons --include app.bsky.feed.post
        lexgen docs Lexicons --output site

      To write lexicons of your own:

        lexgen init notes --group com.example.notes
        lexgen new record com.example.notes.note
        lexgen sample com.example.notes.note |
          lexgen validate com.example.notes.note -

      Exit status: 0 on success; 1 if there are findings, such as errors in a document or a \
      breaking change; 2 if the command line or the configuration is invalid, or a file cannot be \
      written; 3 if 'lexgen diff' cannot compare everything.
      """,
    version: Version.text,
    subcommands: [
      GenerateCommand.self, CheckCommand.self, FormatCommand.self, RulesCommand.self,
      DiffCommand.self, DumpIRCommand.self, WhyCommand.self, InitCommand.self, NewCommand.self,
      ValidateCommand.self, SampleCommand.self, GraphCommand.self, DocsCommand.self,
      ExportCommand.self, BundleCommand.self, WatchCommand.self, LanguageServerCommand.self,
      SchemaCommand.self,
    ]
  )
}

extension Lexgen {
  /// Like ``ParsableCommand/main()``, except that an invalid command line exits with
  /// ``Status/usage`` instead of 64.
  static func main() {
    do {
      var command = try parseAsRoot()
      do {
        try command.run()
      } catch {
        fail(with: error, message: usage(of: type(of: command), in: error))
      }
    } catch {
      fail(with: error, message: fullMessage(for: error))
    }
  }

  private static func fail(with error: any Error, message: String) -> Never {
    if let failure = error as? CommandFailure {
      if !failure.text.isEmpty { Terminal.error(failure.text) }
      exit(withError: ExitCode(failure.status))
    }
    guard exitCode(for: error) == .validationFailure else { exit(withError: error) }
    Terminal.error(message)
    exit(withError: Status.usage)
  }

  /// The error and the usage of the command. A running command does not know its parent, so the
  /// name of the executable is added.
  private static func usage(of command: any ParsableCommand.Type, in error: any Error) -> String {
    let text = command.fullMessage(for: error)
    guard command != Lexgen.self else { return text }
    let name = command._commandName
    return text.replacing("\nUsage: \(name) ", with: "\nUsage: lexgen \(name) ", maxReplacements: 1)
      .replacing("See '\(name) --help'", with: "See 'lexgen \(name) --help'")
  }
}

/// The exit statuses other than 0.
enum Status {
  /// The input has errors.
  static let findings = ExitCode(CommandFailure.findings)
  /// The command line or the configuration is invalid, or a file cannot be written.
  static let usage = ExitCode(CommandFailure.usage)
  /// Not everything was compared.
  static let incomplete = ExitCode(3)
}
