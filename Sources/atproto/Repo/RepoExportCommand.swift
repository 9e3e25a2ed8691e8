import ATProtoData
import ATProtoRepo
import ArgumentParser
import Foundation

struct RepoExportCommand: AsyncParsableCommand {
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case jsonl
    case car
  }

  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Export all records as JSON, or the repository as an ordered CAR file.",
    discussion: """
      JSON has one line per record: {"path", "cid", "value"}; --json is the default. A CAR file \
      has the blocks in the streamable order of the Repository specification, without blocks that \
      the repository does not refer to.
      """
  )

  @OptionGroup var options: RepoFileOptions

  @Option(help: "The output format.")
  var format = Format.jsonl

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Write to this file; default: standard output.", valueName: "file")
  )
  var output: String?

  func validate() throws {
    if options.output.json, format == .car {
      throw ValidationError("--json cannot be combined with --format car")
    }
  }

  func run() async throws {
    let file = try CARFile(options.file)
    let repository = try file.repository()
    let handle = try outputHandle()
    switch format {
    case .car:
      var export = repository.exportCAR()
      while let chunk = try export.next() { try handle.write(contentsOf: Data(chunk)) }
    case .jsonl:
      try repository.tree.forEachEntry { key, cid in
        guard let block = try file.block(cid) else {
          throw RepoError(.missingBlock, "record \(key.printable) is missing from the file")
        }
        let line = DataValue.object([
          "path": .string("\(key)"), "cid": .string(cid.string),
          "value": try DataValue(cbor: block, rules: .allowsForeignCIDs),
        ])
        try handle.write(contentsOf: Data(line.jsonBytes() + [UInt8(ascii: "\n")]))
        return true
      }
    }
    if output != nil { try handle.close() }
  }

  private func outputHandle() throws -> FileHandle {
    guard let output else { return .standardOutput }
    let url = URL(filePath: output)
    try Data().write(to: url)
    return try FileHandle(forWritingTo: url)
  }
}
