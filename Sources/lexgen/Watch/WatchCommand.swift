import ArgumentParser
import Lexicon
import LexiconProject

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

struct WatchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch",
    abstract: "Run generate, check, or docs again whenever a document changes.",
    discussion: """
      The options are those of the command. Files of documents with errors are handled as the command \
      handles them; watching continues. Changes of lexgen.yaml count, too. Ctrl-C ends watching with \
      status 0.

        lexgen watch check Lexicons
        lexgen watch generate
        lexgen watch docs Lexicons --output site
      """
  )

  @Argument(
    parsing: .allUnrecognized,
    help: ArgumentHelp(
      "Run this command: generate, check, or docs, with its arguments.",
      valueName: "command"
    )
  )
  var arguments: [String]

  func validate() throws {
    guard let name = arguments.first, ["generate", "check", "docs"].contains(name) else {
      throw ValidationError("The command must be generate, check, or docs.")
    }
  }

  func run() throws {
    endOnSignals()
    var isFirst = true
    while true {
      var command = try Lexgen.parseAsRoot(arguments)
      guard !input(of: command).inputs.contains(SourceFile.standardInputArgument) else {
        throw CommandFailure("cannot watch standard input; pass the file itself")
      }
      // Changes during a run are part of the next one.
      var watcher: FileWatcher
      do throws(FileSystem.Failure) {
        watcher = try FileWatcher(watchedPaths(of: command))
      } catch {
        throw CommandFailure(error)
      }
      defer { watcher.close() }
      do {
        try command.run()
      } catch let failure as CommandFailure {
        if isFirst, failure.status == CommandFailure.usage { throw failure }
        if !failure.text.isEmpty { Terminal.error(failure.text) }
      } catch is ExitCode {
        // The findings are printed already.
      }
      isFirst = false
      do throws(FileSystem.Failure) {
        report(try watcher.wait())
      } catch {
        throw CommandFailure(error)
      }
    }
  }

  /// Ctrl-C ends watching with status 0.
  private func endOnSignals() {
    // Programs that start this one may have blocked the signals.
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in [SIGINT, SIGTERM] {
      signal(number) { _ in _exit(0) }
      sigaddset(&signals, number)
    }
    sigprocmask(SIG_UNBLOCK, &signals, nil)
  }

  private func input(of command: any ParsableCommand) -> InputOptions {
    switch command {
    case let command as GenerateCommand: command.input
    case let command as CheckCommand: command.input
    case let command as DocsCommand: command.input
    default: InputOptions()
    }
  }

  private func watchedPaths(of command: any ParsableCommand) -> [String] {
    let input = input(of: command)
    let file = input.configuration ?? ProjectConfiguration.defaultPath
    // A broken configuration is reported by the command, and may be corrected.
    let configuration = try? ProjectConfiguration.load(input.configuration)
    var paths = input.inputs + input.refs + [file] + input.root
    paths += input.imports.map(\.path)
    for imported in input.imports where DocumentFormat(path: imported.path) != nil {
      paths += (try? ProjectConfiguration.load(imported.path))?.inputs ?? []
    }
    guard let configuration else { return paths }
    paths += configuration.inputs + configuration.references
    paths += configuration.imports.flatMap(\.lexicons)
    let check = command as? CheckCommand
    if check?.locked ?? configuration.checks.isLocked {
      let manifest = check?.manifest ?? configuration.manifest
      paths += [manifest, InstalledLexicons.directory(beside: manifest)]
    }
    // A run that writes the baseline must not cause the next one.
    if let check, !check.noBaseline, !check.writeBaseline {
      paths += [check.baseline ?? configuration.checks.baseline].compactMap(\.self)
    }
    return paths
  }

  private func report(_ paths: [String]) {
    var now = time(nil)
    var parts = tm()
    localtime_r(&now, &parts)
    let clock = [parts.tm_hour, parts.tm_min, parts.tm_sec]
      .map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
    let more = paths.count > 1 ? " and \(paths.count - 1) more" : ""
    Terminal.progress("\(clock) \(paths.first ?? "")\(more) changed")
  }
}
