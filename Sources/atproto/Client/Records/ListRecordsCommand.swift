import ATProtoData
import ATProtoSyntax
import ArgumentParser
import ComAtprotoAPI
import XRPCClient

struct ListRecordsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "Lists the records of a collection, or the collections of a repository."
  )

  @Argument(
    help: ArgumentHelp("A handle or a DID.", valueName: "repo"),
    transform: ServerOptions.identifier
  )
  var repo: ATIdentifier

  @Argument(help: "The NSID of a collection; without it the collections are listed.")
  var collection: String?

  @Option(help: "Stops after so many records.")
  var limit: Int?

  @Flag(help: "The oldest first.")
  var reverse = false

  @OptionGroup var options: ClientOptions

  private static let page = 100

  func validate() throws {
    if let limit, limit < 1 { throw ValidationError("--limit is at least 1") }
    if let collection, (try? NSID(collection)) == nil {
      throw ValidationError("'\(collection)' is no NSID")
    }
  }

  func run() async throws {
    try await options.reporting {
      if let collection {
        var count = 0
        try await options.reading(repo) { try await list(collection, $0, &count) }
      } else {
        try await listCollections()
      }
    }
  }

  private func listCollections() async throws {
    let output = try await options.reading(repo) { client in
      try await client.comAtproto.repo.describeRepo(
        ComAtproto.Repo.DescribeRepo.Parameters(repo: FormatString(repo.string))
      )
    }
    for name in output.collections {
      if options.json {
        Console.json(["collection": .string(name.string)])
      } else {
        Console.line(name.string.withoutControls)
      }
    }
  }

  /// - Parameter count: of those that are listed already; they are not listed again.
  private func list(
    _ collection: String,
    _ client: XRPCClient,
    _ count: inout Int
  ) async throws {
    let pages = client.pages(
      ComAtproto.Repo.ListRecords.self,
      ComAtproto.Repo.ListRecords.Parameters(
        repo: FormatString(repo.string),
        collection: FormatString(collection),
        limit: min(limit ?? Self.page, Self.page),
        reverse: reverse ? true : nil
      ),
      from: \.cursor,
      to: \.cursor
    )
    var index = 0
    for try await record in pages.items(\.records) {
      index += 1
      if index <= count { continue }
      if options.json {
        Console.json([
          "uri": .string(record.uri.string), "cid": .string(record.cid.string),
          "value": record.value,
        ])
      } else {
        let text = record.value.jsonString()
        let excerpt = text.count > 100 ? text.prefix(99) + "…" : text[...]
        Console.line("\(record.uri)  \(excerpt)".withoutControls)
      }
      count += 1
      if count == limit { return }
    }
  }
}
