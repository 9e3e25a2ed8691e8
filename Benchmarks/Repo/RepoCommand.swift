import ATProtoCrypto
import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import ArgumentParser

struct RepoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "repo",
    abstract: "Builds, reads and edits repositories; verifies frames of the firehose."
  )

  @OptionGroup var dataset: Dataset
  @OptionGroup var contest: ContestOptions

  @Option(help: "The repository to take: the name of its files without their ends.")
  var repository = "repo-100k"

  func run() throws {
    let sample = try RepositorySample(dataset, repository)
    let frames = try FrameSample(dataset)
    try Contest(options: contest).run(sample.works + frames.works)
  }
}
