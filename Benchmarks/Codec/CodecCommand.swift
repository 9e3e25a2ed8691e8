import ATProtoData
import AppBskyAPI
import ArgumentParser

struct CodecCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "codec",
    abstract: "Reads and writes records and views in both formats, with generated types."
  )

  @OptionGroup var dataset: Dataset
  @OptionGroup var contest: ContestOptions

  typealias Post = AppBsky.Feed.Post
  typealias Thread = AppBsky.Feed.GetPostThread.Output

  func run() throws {
    let posts = try Samples<Post>(
      "posts",
      cbor: dataset.framed("posts.dagcbor"),
      json: dataset.lines("posts.jsonl")
    )
    let threads = try Samples<Thread>(
      "threads",
      cbor: Array(dataset.framed("threads.dagcbor").prefix(1000)),
      json: Array(dataset.lines("threads.jsonl").prefix(1000))
    )
    try Contest(options: contest).run(posts.works + threads.works)
  }
}
