import ATProtoData
import ArgumentParser
import ComAtprotoAPI
import XRPC
import XRPCClient

struct BlobUploadCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "upload",
    abstract: "Uploads a file, and prints the blob object for a record that is to show it."
  )

  @Argument(help: "A file; - for standard input.")
  var file: String

  @Option(help: "Its MIME type; by its ending by default.")
  var type: String?

  @OptionGroup var transfer: TransferOptions
  @OptionGroup var options: ClientOptions

  private static let types = [
    "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif",
    "webp": "image/webp", "mp4": "video/mp4", "txt": "text/plain", "vtt": "text/vtt",
    "json": "application/json", "pdf": "application/pdf",
  ]

  func run() async throws {
    try await options.reporting {
      let content = try InputFile.content(file)
      let progress = TransferProgress(ofSending: content)
      defer { progress.finish() }
      let client = try await options.loggedIn()
      try await client.prepare(toSend: content)
      let ending = file.split(separator: ".").last.map { $0.lowercased() } ?? ""
      let type = self.type ?? Self.types[ending] ?? "application/octet-stream"
      let output = try await client.comAtproto.repo.uploadBlob(
        RawBody(content: progress.watched(content), contentType: type),
        options: transfer.callOptions(sending: content, streamsOutput: false)
      )
      progress.finish()
      let value = output.blob.dataValue
      if options.json { Console.json(value) } else { try Console.indented(value) }
    }
  }
}
