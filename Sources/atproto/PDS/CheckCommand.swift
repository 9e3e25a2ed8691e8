import ATProtoData
import ArgumentParser
import PDS

struct CheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Checks everything that a Personal Data Server has stored.",
    discussion: """
      Every repository (hashes, tree, signature, the index of its records, their references to \
      blobs), every blob's file, every event of the firehose, and the database's own structure. \
      The server may run meanwhile. The exit status is 1 where something is damaged.
      """
  )

  @OptionGroup var options: DataOptions

  func run() async throws {
    let data = try options.open()
    let check = try await data.check { options.print($0) }
    try data.close()
    if options.json {
      Console.json([
        "sound": .boolean(check.isSound), "repositories": .integer(check.repositoryCount),
        "records": .integer(check.recordCount), "blocks": .integer(check.blockCount),
        "blobs": .integer(check.blobCount), "events": .integer(check.eventCount),
        "damages": .integer(check.damageCount),
        "notices": .integer(check.noticeCount),
      ])
    } else {
      Console.line(
        "\(check.repositoryCount) repositories, \(check.recordCount) records, "
          + "\(check.blockCount) blocks, \(check.blobCount) blobs, \(check.eventCount) events: "
          + (check.isSound ? "all sound" : "\(check.damageCount) damages")
      )
    }
    if !check.isSound { throw ExitCode(1) }
  }
}
