import ATProtoData
import ATProtoRepo
import ArgumentParser
import Foundation

struct ExportCommand: AsyncParsableCommand {
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case jsonl
    case car
  }

  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Writes all records as lines of JSON, or the repository as a CAR file in order.",
    discussion: """
      A CAR file is written in the streamable order of the Repository specification, without \
      blocks that the repository does not refer to.
      """
  )

  @OptionGroup var options: RepoFileOptions

  @Option(help: "What to write.")
  var format = Format.jsonl

  @Option(name: .shortAndLong, help: "Where to write; standard output if not given.")
  var output: String?

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
          throw RepoError(.missingBlock, "record \(key.printable) is not in the file")
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
