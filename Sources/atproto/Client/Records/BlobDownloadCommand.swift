import ATProtoData
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
    transform: ClientOptions.identifier
  )
  var repo: ATIdentifier

  @Argument(help: "The CID of the blob.")
  var cid: String

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Where to write it; named after its CID by default.", valueName: "file")
  )
  var output: String?

  @OptionGroup var options: ClientOptions

  private static let maximumBytes = 1 << 30

  func run() async throws {
    guard let wanted = try? CID(cid) else { throw ValidationError("'\(cid)' is no CID") }
    try await options.reporting {
      let client = try await options.server(of: repo)
      let did =
        if let did = try? DID(repo.string) { did } else { try await options.identity(of: repo).did }
      let blob = try await client.download(
        ComAtproto.Sync.GetBlob.self,
        ComAtproto.Sync.GetBlob.Parameters(did: FormatString(did), cid: FormatString(cid)),
        options: CallOptions(maximumResponseBytes: Self.maximumBytes)
      ).output
      let progress = TransferProgress(total: blob.content.length)
      defer { progress.finish() }
      let path = output ?? cid
      // Nothing is at its place that was not checked.
      let count = try await blob.stream.reporting(progress.advance)
        .identified(by: wanted).write(toFile: path)
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
