import ArgumentParser
import Foundation

/// The folder that the dataset generator wrote.
struct Dataset: ParsableArguments {
  @Argument(help: ArgumentHelp("The folder of the dataset.", valueName: "dataset"))
  var folder: String

  /// Records of a file that puts a little-endian 32-bit length before each.
  func framed(_ name: String) throws -> [[UInt8]] {
    let bytes = try bytes(name)
    var records = [[UInt8]]()
    var offset = 0
    while offset < bytes.count {
      guard bytes.count - offset >= 4 else { throw truncated(name) }
      let length = (0..<4).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) }
      offset += 4
      guard bytes.count - offset >= length else { throw truncated(name) }
      records.append(Array(bytes[offset..<offset + length]))
      offset += length
    }
    return records
  }

  /// Lines of a file, without their ends.
  func lines(_ name: String) throws -> [[UInt8]] {
    try bytes(name).split(separator: UInt8(ascii: "\n")).map(Array.init)
  }

  func bytes(_ name: String) throws -> [UInt8] {
    try [UInt8](Data(contentsOf: URL(filePath: folder).appending(path: name)))
  }

  private func truncated(_ name: String) -> ValidationError {
    ValidationError("\(folder)/\(name) ends in the middle of a record")
  }
}
