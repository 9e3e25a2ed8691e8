import ATProtoSyntax
import ArgumentParser
import ComAtprotoAPI
import XRPCClient

struct CreateRecordCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "create",
    abstract: "Adds a record to the repository of the account that is logged in."
  )

  @Argument(help: "The NSID of the collection.", transform: MethodArguments.nsid)
  var collection: NSID

  @Argument(help: "A file with the record as JSON; - for standard input.")
  var file = "-"

  @Option(help: ArgumentHelp("The record key; chosen by the server by default.", valueName: "key"))
  var rkey: String?

  @OptionGroup var options: ClientOptions

  func run() async throws {
    try await options.reporting {
      let record = try InputFile.record(file, in: collection)
      let client = try await options.loggedIn()
      let did = await client.session?.tokens?.did.string ?? ""
      let output = try await client.comAtproto.repo.createRecord(
        ComAtproto.Repo.CreateRecord.Input(
          repo: FormatString(did),
          collection: FormatString(collection.string),
          rkey: rkey.map { FormatString($0) },
          record: record
        )
      )
      WriteReport.print(
        uri: output.uri.string,
        cid: output.cid.string,
        asJSON: options.json
      )
    }
  }
}
