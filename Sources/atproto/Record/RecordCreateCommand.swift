import ATProtoSyntax
import ArgumentParser
import ComAtprotoAPI
import XRPCClient

struct RecordCreateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "create",
    abstract: "Add a record to your repository.",
    discussion: #"With --json: {"uri", "cid"}."#
  )

  @Argument(help: "The NSID of the collection.", transform: ParsedArgument.nsid)
  var collection: NSID

  @Argument(help: "A file with the record in JSON, or - for standard input.")
  var file = "-"

  @Option(help: ArgumentHelp("The record key; default: chosen by the server.", valueName: "key"))
  var rkey: String?

  @OptionGroup var options: ClientOptions

  func run() async throws {
    let record = try InputFile.record(file, in: collection)
    let (client, session) = try await options.loggedInSession()
    let output = try await client.comAtproto.repo.createRecord(
      ComAtproto.Repo.CreateRecord.Input(
        repo: FormatString(session.did),
        collection: FormatString(collection.string),
        rkey: rkey.map { FormatString($0) },
        record: record
      )
    )
    options.output.printRecord(uri: output.uri.string, cid: output.cid.string)
  }
}
