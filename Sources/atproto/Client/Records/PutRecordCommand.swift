import ATProtoSyntax
import ArgumentParser
import ComAtprotoAPI
import XRPCClient

struct PutRecordCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "put",
    abstract: "Writes a record, whether or not there is one under its key."
  )

  @Argument(
    help: ArgumentHelp("at://<repo>/<collection>/<record-key>", valueName: "at-uri"),
    transform: { try RecordURI($0) }
  )
  var record: RecordURI

  @Argument(help: "A file with the record as JSON; - for standard input.")
  var file = "-"

  @OptionGroup var options: ClientOptions

  func run() async throws {
    try await options.reporting {
      let value = try InputFile.record(file, in: record.collection)
      let client = try await options.loggedIn()
      let output = try await client.comAtproto.repo.putRecord(
        ComAtproto.Repo.PutRecord.Input(
          repo: FormatString(record.repo.string),
          collection: FormatString(record.collection.string),
          rkey: FormatString(record.recordKey.string),
          record: value
        )
      )
      WriteReport.print(uri: output.uri.string, cid: output.cid.string, asJSON: options.json)
    }
  }
}
