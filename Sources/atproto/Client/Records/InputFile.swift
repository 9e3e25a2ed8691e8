import ATProtoData
import ATProtoSyntax
import Foundation

/// A file that a command sends, or standard input where its name is `-`.
enum InputFile {
  /// Servers take less.
  private static let maximumBytes = 64 << 20

  static func bytes(_ path: String) throws -> [UInt8] {
    guard let handle = path == "-" ? .standardInput : FileHandle(forReadingAtPath: path) else {
      throw ClientFailure(reason: "cannot read \(path)")
    }
    var bytes: [UInt8] = []
    while let chunk = try handle.read(upToCount: 1 << 20), !chunk.isEmpty {
      bytes += chunk
      guard bytes.count <= maximumBytes else {
        throw ClientFailure(reason: "\(path) is longer than \(maximumBytes >> 20) MiB")
      }
    }
    return bytes
  }

  /// A record as JSON; `$type` is the collection where it is left out.
  static func record(_ path: String, in collection: NSID) throws -> DataValue {
    guard var object = try DataValue(json: try bytes(path)).object else {
      throw ClientFailure(reason: "\(path) is no JSON object")
    }
    if object["$type"] == nil { object["$type"] = .string(collection.string) }
    return .object(object)
  }
}
