import ATProtoCrypto
import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import ArgumentParser

struct RepoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "repo",
    abstract: "Build, read, and edit repositories, and verify firehose frames."
  )

  @OptionGroup var dataset: Dataset
  @OptionGroup var contest: ContestOptions

  @Option(help: "Repository to use: the name of its files without extension.")
  var repository = "repo-100k"

  func run() throws {
    let sample = try RepositorySample(dataset, repository)
    let frames = try FrameSample(dataset)
    try Contest(options: contest).run(sample.works + frames.works)
  }
}
