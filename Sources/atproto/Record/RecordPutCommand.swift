import ATProtoSyntax
import ArgumentParser
import ComAtprotoAPI
import XRPCClient

struct RecordPutCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "put",
    abstract: "Write a record, replacing any record with the same key.",
    discussion: #"With --json: {"uri", "cid"}."#
  )

  @Argument(
    help: ArgumentHelp("at://<repo>/<collection>/<record-key>.", valueName: "at-uri"),
    transform: { try RecordURI($0) }
  )
  var record: RecordURI

  @Argument(help: "A file with the record in JSON, or - for standard input.")
  var file = "-"

  @OptionGroup var options: ClientOptions

  func run() async throws {
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
    options.output.printRecord(uri: output.uri.string, cid: output.cid.string)
  }
}
