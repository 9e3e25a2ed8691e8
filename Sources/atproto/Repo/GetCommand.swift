import ATProtoData
import ATProtoRepo
import ArgumentParser
import Foundation

struct GetCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "get",
    abstract: "Shows one record as JSON."
  )

  @OptionGroup var options: RepoFileOptions

  @Argument(help: ArgumentHelp("<collection>/<record-key>", valueName: "path"))
  var path: String

  @Option(
    help: ArgumentHelp(
      "Also writes a CAR file that proves the record, or that there is none.",
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
      throw RepoError(.missingBlock, "record \(path) is not in the file")
    }
    let value = try DataValue(cbor: block, rules: .allowsForeignCIDs)
    if options.json {
      Console.json(["path": .string(path.string), "cid": .string(cid.string), "value": value])
    } else {
      try Console.indented(value)
    }
  }
}
