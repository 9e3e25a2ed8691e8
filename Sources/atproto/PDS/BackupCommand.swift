import ATProtoData
import ArgumentParser
import PDS
import SQLiteStorage

struct BackupCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup",
    abstract: "Copies everything that a Personal Data Server has stored, while it runs.",
    discussion: """
      The copy is of one moment. To go back to it, start a server with the copy as its data \
      folder. It holds the signing keys of all accounts: keep it as you keep those.
      """
  )

  @Argument(help: "A new or empty folder.")
  var directory: String

  @OptionGroup var options: DataOptions

  func run() async throws {
    let data = try options.open()
    // The accounts of a development server depend on its PLC directory.
    let plcDirectory = DevelopmentServer.plcDirectory(of: options.dataDirectory)
    let backup = try await data.backUp(to: directory) { target in
      try SQLitePLCStore.backUp(plcDirectory, to: DevelopmentServer.plcDirectory(of: target)) ?? 0
    }
    try data.close()
    for finding in backup.findings { options.print(finding) }
    if options.json {
      Console.json([
        "directory": .string(directory), "blobs": .integer(backup.blobCount),
        "bytes": .integer(backup.byteCount),
        "damages": .integer(backup.findings.count),
      ])
    } else {
      Console.line(
        "\(directory): \(backup.blobCount) blobs, \(backup.byteCount >> 10) KiB in all"
      )
    }
    if !backup.findings.isEmpty { throw ExitCode(1) }
  }
}
