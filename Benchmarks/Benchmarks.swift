import ArgumentParser
import Dispatch

/// Runs the commands that only compute on the main thread: `valgrind --tool=callgrind`, which
/// counts their instructions, cannot handle how an asynchronous `main` ends that thread.
@main
enum Main {
  static func main() {
    do {
      var command = try Benchmarks.parseAsRoot()
      guard command is any AsyncParsableCommand else { return try command.run() }
    } catch {
      Benchmarks.exit(withError: error)
    }
    Task { await Benchmarks.run() }
    dispatchMain()
  }
}

/// Measures the speed of the runtime in a release build. `make bench` runs everything.
struct Benchmarks: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "benchmarks",
    abstract: "Measure the runtime. Throughput is per CPU-second of this process.",
    subcommands: [
      CodecCommand.self, RepoCommand.self, CryptoCommand.self, TokensCommand.self,
      SyntaxCommand.self,
      GenerateCommand.self, VerifyFileCommand.self, XRPCCommand.self, ServePageCommand.self,
      StreamsCommand.self, PDSCommand.self, ServePDSCommand.self, RelayCommand.self,
      RelayHostsCommand.self, ServeRelayCommand.self, LabelsCommand.self,
      ServeLabelerCommand.self, AppViewCommand.self,
    ]
  )

  fileprivate static func run() async -> Never {
    do {
      guard var command = try parseAsRoot() as? any AsyncParsableCommand else { exit() }
      try await command.run()
      exit()
    } catch {
      exit(withError: error)
    }
  }
}
