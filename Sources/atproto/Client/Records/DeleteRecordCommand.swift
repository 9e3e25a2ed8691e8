import ATProtoData
import ATProtoSyntax
import ArgumentParser
import ComAtprotoAPI
import Foundation
import XRPCClient

struct DeleteRecordCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "delete",
    abstract: "Deletes a record; asks before, on a terminal."
  )

  @Argument(
    help: ArgumentHelp("at://<repo>/<collection>/<record-key>", valueName: "at-uri"),
    transform: { try RecordURI($0) }
  )
  var record: RecordURI

  @Flag(help: "Does not ask.")
  var yes = false

  @OptionGroup var options: ClientOptions

  func run() async throws {
    try await options.reporting {
      let client = try await options.loggedIn()
      if !yes, isatty(STDIN_FILENO) == 1 {
        FileHandle.standardError.write(Data("Delete \(record.uri.withoutControls)? [y/N] ".utf8))
        guard ["y", "yes"].contains(readLine()?.lowercased()) else {
          throw ClientFailure(reason: "not deleted")
        }
      }
      _ = try await client.comAtproto.repo.deleteRecord(
        ComAtproto.Repo.DeleteRecord.Input(
          repo: FormatString(record.repo.string),
          collection: FormatString(record.collection.string),
          rkey: FormatString(record.recordKey.string)
        )
      )
      if options.json {
        Console.json(["uri": .string(record.uri)])
      } else {
        Console.line("deleted \(record.uri)".withoutControls)
      }
    }
  }
}
