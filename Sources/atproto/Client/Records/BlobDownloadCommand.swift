import ATProtoData
import ATProtoIdentity
import ATProtoRepo
import ATProtoSyntax
import ArgumentParser
import ComAtprotoAPI
import Foundation
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

  private static let maximumBytes = 256 << 20

  func run() async throws {
    guard let wanted = try? CID(cid) else { throw ValidationError("'\(cid)' is no CID") }
    try await options.reporting {
      let client = try await options.server(of: repo)
      let did =
        if let did = try? DID(repo.string) { did } else { try await options.identity(of: repo).did }
      let blob = try await client.comAtproto.sync.getBlob(
        ComAtproto.Sync.GetBlob.Parameters(did: FormatString(did), cid: FormatString(cid)),
        options: CallOptions(timeout: .seconds(600), maximumResponseBytes: Self.maximumBytes)
      )
      let bytes = try await blob.collect(upTo: Self.maximumBytes)
      guard CID(hashingRaw: bytes) == wanted else {
        throw ClientFailure(reason: "what the server sent does not have the hash \(cid)")
      }
      let path = output ?? cid
      try Data(bytes).write(to: URL(filePath: path), options: .atomic)
      if options.json {
        Console.json([
          "file": .string(path), "size": .integer(bytes.count),
          "type": .string(blob.contentType),
        ])
      } else {
        Console.line("\(path): \(bytes.count) bytes of \(blob.contentType)".withoutControls)
      }
    }
  }
}
