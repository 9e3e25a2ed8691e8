import ATProtoData
import ATProtoRepo
import ArgumentParser
import Foundation

struct RepoGetCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "get",
    abstract: "Show a record of a repository.",
    discussion: #"With --json: {"path", "cid", "value"}."#
  )

  @OptionGroup var options: RepoFileOptions

  @Argument(help: ArgumentHelp("<collection>/<record-key>.", valueName: "path"))
  var path: String

  @Option(
    help: ArgumentHelp(
      "Also write a CAR file that proves the record, or that it does not exist.",
      valueName: "proof.car"
    )
  )
  var proof: String?

  func run() async throws {
    let file = try CARFile(options.file)
    let repository = try file.repository()
    let path = try RepoPath(path)
    if let proof {
      try Data(repository.carProof(of: path)).write(to: URL(filePath: proof))
    }
    guard let cid = try repository.record(path) else {
      throw RepoError(.recordMissing, "\(path) does not exist")
    }
    guard let block = try file.block(cid) else {
      throw RepoError(.missingBlock, "record \(path) is missing from the file")
    }
    let value = try DataValue(cbor: block, rules: .allowsForeignCIDs)
    if options.output.json {
      Console.json(["path": .string(path.string), "cid": .string(cid.string), "value": value])
    } else {
      try Console.indented(value)
    }
  }
}
