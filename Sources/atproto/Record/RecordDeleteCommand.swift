import ATProtoData
import ATProtoSyntax
import ArgumentParser
import ComAtprotoAPI
import Foundation
import XRPCClient

struct RecordDeleteCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "delete",
    abstract: "Delete a record.",
    discussion: #"Asks for confirmation on a terminal. With --json: {"uri"}."#
  )

  @Argument(
    help: ArgumentHelp("at://<repo>/<collection>/<record-key>.", valueName: "at-uri"),
    transform: { try RecordURI($0) }
  )
  var record: RecordURI

  @Flag(help: "Skip the confirmation prompt.")
  var yes = false

  @OptionGroup var options: ClientOptions

  func run() async throws {
    let client = try await options.loggedIn()
    if !yes, isatty(STDIN_FILENO) == 1 {
      FileHandle.standardError.write(Data("Delete \(record.uri.withoutControls)? [y/N] ".utf8))
      guard ["y", "yes"].contains(readLine()?.lowercased()) else {
        throw CommandError(reason: "canceled; the record was not deleted")
      }
    }
    _ = try await client.comAtproto.repo.deleteRecord(
      ComAtproto.Repo.DeleteRecord.Input(
        repo: FormatString(record.repo.string),
        collection: FormatString(record.collection.string),
        rkey: FormatString(record.recordKey.string)
      )
    )
    options.output.print(["uri": .string(record.uri)], orText: "deleted \(record.uri)")
  }
}
