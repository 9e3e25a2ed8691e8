import ArgumentParser
import Foundation

/// The directory that the dataset generator has written.
struct Dataset: ParsableArguments {
  @Argument(help: ArgumentHelp("Directory of the dataset.", valueName: "dataset"))
  var folder: String

  /// Records of a file in which each is preceded by its length as a little-endian 32-bit integer.
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

  /// Lines of a file, without line feeds.
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
