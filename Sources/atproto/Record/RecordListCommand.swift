import ATProtoData
import ATProtoSyntax
import ArgumentParser
import ComAtprotoAPI
import XRPCClient

struct RecordListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the records of a collection, or the collections of a repository.",
    discussion: """
      The newest record comes first. With --json, one line per record: {"uri", "cid", "value"}; or \
      one per collection: {"collection"}.
      """,
    aliases: ["ls"]
  )

  @Argument(
    help: ArgumentHelp("A handle or a DID.", valueName: "repo"),
    transform: ParsedArgument.identifier
  )
  var repo: ATIdentifier

  @Argument(
    help: "The NSID of a collection; omit it to list the collections.",
    transform: ParsedArgument.nsid
  )
  var collection: NSID?

  @Option(help: ArgumentHelp("Stop after this many records.", valueName: "count"))
  var limit: Int?

  @Flag(help: "List the oldest record first.")
  var reverse = false

  @OptionGroup var options: ClientOptions

  private static let page = 100

  func validate() throws {
    if let limit, limit < 1 { throw ValidationError("--limit must be at least 1") }
  }

  func run() async throws {
    guard let collection else { return try await listCollections() }
    var count = 0
    try await options.reading(repo) { try await list(collection, $0, &count) }
  }

  private func listCollections() async throws {
    let output = try await options.reading(repo) { client in
      try await client.comAtproto.repo.describeRepo(
        ComAtproto.Repo.DescribeRepo.Parameters(repo: FormatString(repo.string))
      )
    }
    for name in output.collections {
      options.output.print(["collection": .string(name.string)], orText: name.string)
    }
  }

  /// - Parameter count: the number of records already listed, which are not listed again.
  private func list(
    _ collection: NSID,
    _ client: XRPCClient,
    _ count: inout Int
  ) async throws {
    let pages = client.pages(
      ComAtproto.Repo.ListRecords.self,
      ComAtproto.Repo.ListRecords.Parameters(
        repo: FormatString(repo.string),
        collection: FormatString(collection.string),
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
      options.output.print(
        [
          "uri": .string(record.uri.string), "cid": .string(record.cid.string),
          "value": record.value,
        ],
        orText: "\(record.uri)  \(Self.excerpt(record.value))"
      )
      count += 1
      if count == limit { return }
    }
  }

  private static func excerpt(_ value: DataValue) -> String {
    let text = value.jsonString()
    return text.count > 100 ? text.prefix(99) + "…" : text
  }
}
