import ATProtoData
import ATProtoHTTP
import ATProtoIdentity
import ATProtoRepo
import ATProtoSyntax
import ArgumentParser
import ComAtprotoAPI
import XRPC
import XRPCClient

struct BlobDownloadCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "download",
    abstract: "Download a blob to a file.",
    discussion: """
      Writes the file only if its bytes match the CID. With --json: {"file", "size", "type"}.
      """
  )

  @Argument(
    help: ArgumentHelp("The account of the blob: a handle or a DID.", valueName: "repo"),
    transform: ParsedArgument.identifier
  )
  var repo: ATIdentifier

  @Argument(help: "The CID of the blob.", transform: ParsedArgument.cid)
  var cid: CID

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Write to this file; default: named after the CID.", valueName: "file")
  )
  var output: String?

  @OptionGroup var transfer: TransferOptions
  @OptionGroup var options: ClientOptions

  func run() async throws {
    let did = try await options.did(of: repo)
    let blob = try await options.reading(repo) { client in
      try await client.download(
        ComAtproto.Sync.GetBlob.self,
        ComAtproto.Sync.GetBlob.Parameters(did: FormatString(did), cid: FormatString(cid.string)),
        options: transfer.callOptions(streamsOutput: true)
      ).output
    }
    let progress = TransferProgress(total: blob.content.length)
    defer { progress.finish() }
    let path = output ?? cid.string
    // The file appears at its path only after its hash has been checked.
    let count = try await blob.stream.reporting(progress.advance)
      .identified(by: cid).write(toFile: path)
    progress.finish()
    options.output.print(
      [
        "file": .string(path), "size": .integer(count), "type": .string(blob.contentType),
      ],
      orText: "\(path): \(count) bytes of \(blob.contentType)"
    )
  }
}
