import ATProtoData
import ATProtoRepo
import AppBskyAPI
import ArgumentParser
import Foundation

struct CodecCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "codec",
    abstract: "Read and write records and views in both formats with generated types."
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
    let others = [identifiers(posts), foundation(posts)]
    try Contest(options: contest).run(posts.works + threads.works + others)
    if !contest.json, contest.only == nil { try printAllocations(posts, threads) }
  }

  private func identifiers(_ posts: Samples<Post>) -> Work {
    Work("posts, CID of the bytes", items: posts.cbor.count) {
      posts.cbor.reduce(0) { $0 + (CID(hashingDAGCBOR: $1).codec == .dagCBOR ? 1 : 0) }
    }
  }

  private func foundation(_ posts: Samples<Post>) -> Work {
    let records = posts.json.map { Data($0) }
    let decoder = JSONDecoder()
    return Work("posts, JSON decode, Foundation's JSONDecoder", items: records.count) {
      try records.reduce(0) {
        $0 + (try decoder.decode(FoundationPost.self, from: $1).text.utf8.count)
      }
    }
  }

  private func printAllocations(_ posts: Samples<Post>, _ threads: Samples<Thread>) throws {
    let rows = [
      (
        "posts, typed",
        try Allocations(of: posts.cbor) { bytes throws(DataError) in try Post(cbor: bytes) }
      ),
      (
        "posts, DataValue",
        try Allocations(of: posts.cbor) { bytes throws(DataError) in try DataValue(cbor: bytes) }
      ),
      (
        "threads, typed",
        try Allocations(of: threads.cbor) { bytes throws(DataError) in try Thread(cbor: bytes) }
      ),
    ]
    for case (let name, let allocations?) in rows {
      print(
        String(
          format: "%@: %.2f allocations per record, %.2f of them strings and arrays",
          name,
          allocations.made,
          allocations.needed
        )
      )
    }
  }
}
