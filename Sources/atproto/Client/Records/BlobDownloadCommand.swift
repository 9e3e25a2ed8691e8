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
    abstract: "Downloads a blob; what does not have the hash is not written."
  )

  @Argument(
    help: ArgumentHelp("A handle or a DID.", valueName: "repo"),
    transform: ServerOptions.identifier
  )
  var repo: ATIdentifier

  @Argument(
    help: "The CID of the blob.",
    transform: { text in
      guard let cid = try? CID(text) else { throw ValidationError("'\(text)' is no CID") }
      return cid
    }
  )
  var cid: CID

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Where to write it; named after its CID by default.", valueName: "file")
  )
  var output: String?

  @OptionGroup var transfer: TransferOptions
  @OptionGroup var options: ClientOptions

  func run() async throws {
    try await options.reporting {
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
      // Nothing is at its place that was not checked.
      let count = try await blob.stream.reporting(progress.advance)
        .identified(by: cid).write(toFile: path)
      progress.finish()
      if options.json {
        Console.json([
          "file": .string(path), "size": .integer(count),
          "type": .string(blob.contentType),
        ])
      } else {
        Console.line("\(path): \(count) bytes of \(blob.contentType)".withoutControls)
      }
    }
  }
}
