import ATProtoData
import ArgumentParser
import PDS

struct PDSBackupCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup",
    abstract: "Copy all data that a PDS has stored, while it runs.",
    discussion: """
      The copy is a snapshot of one moment. To restore it, start a server with the copy as its \
      data directory. Protect the copy as you protect the original: it contains the signing keys \
      of all accounts. The exit status is 1 if the copied data is damaged. With --json, one line \
      per finding: {"severity", "subject", "text"}; then {"directory", "blobs", "bytes", \
      "damages"}.
      """
  )

  @Argument(help: "A new or empty directory.")
  var directory: String

  @OptionGroup var options: DataOptions

  func run() async throws {
    let data = try options.open()
    let backup = try await data.backUp(to: directory)
    try data.close()
    for finding in backup.findings { options.print(finding) }
    options.output.print(
      [
        "directory": .string(directory), "blobs": .integer(backup.blobCount),
        "bytes": .integer(backup.byteCount), "damages": .integer(backup.findings.count),
      ],
      orText: "\(directory): \(backup.blobCount) blobs, \(backup.byteCount >> 10) KiB in total"
    )
    if !backup.findings.isEmpty { throw ExitCode(1) }
  }
}
