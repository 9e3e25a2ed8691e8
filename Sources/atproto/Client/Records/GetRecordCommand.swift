import ATProtoData
import ATProtoSyntax
import ArgumentParser
import ComAtprotoAPI
import XRPCClient

struct GetRecordCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "get",
    abstract: "Shows a record, from the server that its repository is kept at."
  )

  @Argument(
    help: ArgumentHelp("at://<repo>/<collection>/<record-key>", valueName: "at-uri"),
    transform: { try RecordURI($0) }
  )
  var record: RecordURI

  @OptionGroup var options: ClientOptions

  func run() async throws {
    try await options.reporting {
      let output = try await options.reading(record.repo) { client in
        try await client.comAtproto.repo.getRecord(
          ComAtproto.Repo.GetRecord.Parameters(
            repo: FormatString(record.repo.string),
            collection: FormatString(record.collection.string),
            rkey: FormatString(record.recordKey.string)
          )
        )
      }
      if options.json {
        Console.json([
          "uri": .string(output.uri.string),
          "cid": output.cid.map { .string($0.string) } ?? .null,
          "value": output.value,
        ])
      } else {
        try Console.indented(output.value)
      }
    }
  }
}
