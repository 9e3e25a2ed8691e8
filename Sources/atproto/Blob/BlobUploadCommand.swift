import ATProtoData
import ArgumentParser
import ComAtprotoAPI
import XRPC
import XRPCClient

struct BlobUploadCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "upload",
    abstract: "Upload a file as a blob, and print the blob object to put into a record.",
    discussion: #"With --json: {"$type": "blob", "ref", "mimeType", "size"}, on one line."#
  )

  @Argument(help: "A file, or - for standard input.")
  var file: String

  @Option(
    help: ArgumentHelp("The MIME type; default: from the file extension.", valueName: "mime-type")
  )
  var type: String?

  @OptionGroup var transfer: TransferOptions
  @OptionGroup var options: ClientOptions

  private static let types = [
    "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif",
    "webp": "image/webp", "mp4": "video/mp4", "txt": "text/plain", "vtt": "text/vtt",
    "json": "application/json", "pdf": "application/pdf",
  ]

  func run() async throws {
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
    if options.output.json { Console.json(value) } else { try Console.indented(value) }
  }
}
