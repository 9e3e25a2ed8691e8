import ATProtoData
import ArgumentParser
import PDS

struct PDSCheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Check all data that a PDS has stored.",
    discussion: """
      Checks every repository (hashes, tree, signature, the index of its records and blobs), every \
      blob, every event of the firehose, and the structure of the database. The server may be \
      running. The exit status is 1 if any data is damaged. With --json, one line per finding: \
      {"severity", "subject", "text"}; then {"sound", "repositories", "records", "blocks", \
      "blobs", "events", "damages", "notices"}.
      """
  )

  @OptionGroup var options: DataOptions

  func run() async throws {
    let data = try options.open()
    let check = try await data.check { options.print($0) }
    try data.close()
    options.output.print(
      [
        "sound": .boolean(check.isSound), "repositories": .integer(check.repositoryCount),
        "records": .integer(check.recordCount), "blocks": .integer(check.blockCount),
        "blobs": .integer(check.blobCount), "events": .integer(check.eventCount),
        "damages": .integer(check.damageCount), "notices": .integer(check.noticeCount),
      ],
      orText: "\(check.repositoryCount) repositories, \(check.recordCount) records, "
        + "\(check.blockCount) blocks, \(check.blobCount) blobs, \(check.eventCount) events: "
        + (check.isSound ? "all sound" : "\(check.damageCount) damaged")
    )
    if !check.isSound { throw ExitCode(1) }
  }
}
