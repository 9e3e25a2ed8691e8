import ATProtoData
import ATProtoSyntax
import ArgumentParser
import ComAtprotoAPI
import XRPCClient

struct RecordGetCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "get",
    abstract: "Show a record, from the server that hosts its repository.",
    discussion: #"With --json: {"uri", "cid", "value"}."#
  )

  @Argument(
    help: ArgumentHelp("at://<repo>/<collection>/<record-key>.", valueName: "at-uri"),
    transform: { try RecordURI($0) }
  )
  var record: RecordURI

  @OptionGroup var options: ClientOptions

  func run() async throws {
    let output = try await options.reading(record.repo) { client in
      try await client.comAtproto.repo.getRecord(
        ComAtproto.Repo.GetRecord.Parameters(
          repo: FormatString(record.repo.string),
          collection: FormatString(record.collection.string),
          rkey: FormatString(record.recordKey.string)
        )
      )
    }
    guard options.output.json else { return try Console.indented(output.value) }
    Console.json([
      "uri": .string(output.uri.string),
      "cid": output.cid.map { .string($0.string) } ?? .null,
      "value": output.value,
    ])
  }
}
