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

  @Argument(help: ArgumentHelp("at://<repo>/<collection>/<record-key>", valueName: "at-uri"))
  var uri: String

  @OptionGroup var options: ClientOptions

  func run() async throws {
    let address = try RecordAddress(uri)
    try await options.reporting {
      let client = try await options.server(of: address.repo)
      let output = try await client.comAtproto.repo.getRecord(
        ComAtproto.Repo.GetRecord.Parameters(
          repo: FormatString(address.repo.string),
          collection: FormatString(address.collection.string),
          rkey: FormatString(address.recordKey.string)
        )
      )
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
