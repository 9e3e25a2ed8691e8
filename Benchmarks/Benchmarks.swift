import ArgumentParser

/// Speed of the runtime, as a release build has it. `make bench` runs everything.
@main
struct Benchmarks: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "benchmarks",
    abstract: "Measures the runtime; throughput per CPU-second of this process.",
    subcommands: [
      CodecCommand.self, RepoCommand.self, CryptoCommand.self, SyntaxCommand.self,
      GenerateCommand.self, VerifyFileCommand.self, XRPCCommand.self, ServePageCommand.self,
      StreamsCommand.self, PDSCommand.self, ServePDSCommand.self,
    ]
  )
}
