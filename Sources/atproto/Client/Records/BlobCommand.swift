import ArgumentParser

struct BlobCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "blob",
    abstract: "Uploads and downloads blobs.",
    subcommands: [BlobUploadCommand.self, BlobDownloadCommand.self]
  )
}
