import ATProtoSyntax
import ArgumentParser
import ComAtprotoAPI
import XRPCClient

struct PutRecordCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "put",
    abstract: "Writes a record, whether or not there is one under its key."
  )

  @Argument(help: ArgumentHelp("at://<repo>/<collection>/<record-key>", valueName: "at-uri"))
  var uri: String

  @Argument(help: "A file with the record as JSON; - for standard input.")
  var file = "-"

  @OptionGroup var options: ClientOptions

  func run() async throws {
    let address = try RecordAddress(uri)
    try await options.reporting {
      let record = try InputFile.record(file, in: address.collection)
      let client = try await options.loggedIn()
      let output = try await client.comAtproto.repo.putRecord(
        ComAtproto.Repo.PutRecord.Input(
          repo: FormatString(address.repo.string),
          collection: FormatString(address.collection.string),
          rkey: FormatString(address.recordKey.string),
          record: record
        )
      )
      WriteReport.print(uri: output.uri.string, cid: output.cid.string, asJSON: options.json)
    }
  }
}
