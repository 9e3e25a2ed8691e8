import ATProtoData
import ATProtoHTTP
import ATProtoSyntax
import Foundation
import XRPC
import XRPCClient

/// A file that a command sends; `-` means standard input.
enum InputFile {
  /// Larger files are not read into memory.
  static let maximumBytes = 64 << 20

  private static let chunkBytes = 256 << 10

  /// The whole file, in memory.
  static func bytes(_ path: String) throws -> [UInt8] {
    let (bytes, rest) = try beginning(of: path)
    guard rest == nil else {
      throw CommandError(reason: "\(path) is larger than \(maximumBytes >> 20) MiB")
    }
    return bytes
  }

  /// A file of any length, which is read as it is sent. A pipe that does not fit in memory is also
  /// streamed, and can be sent only once.
  static func content(_ path: String) throws -> BodyContent {
    if path != "-", let file = try? ByteStream(contentsOfFile: path) { return .stream(file) }
    let (bytes, rest) = try beginning(of: path)
    guard let rest else { return .bytes(bytes) }
    return .stream(
      ByteStream {
        var first: [UInt8]? = bytes
        return {
          if let bytes = first {
            first = nil
            return bytes
          }
          return try nextChunk(of: rest)
        }
      }
    )
  }

  /// A record in JSON; `$type` defaults to the collection.
  static func record(_ path: String, in collection: NSID) throws -> DataValue {
    guard var object = try DataValue(json: try bytes(path)).object else {
      throw CommandError(reason: "\(path) is not a JSON object")
    }
    if object["$type"] == nil { object["$type"] = .string(collection.string) }
    return .object(object)
  }

  /// The beginning of a file, as much as is read into memory, and a handle to the rest, if any.
  private static func beginning(of path: String) throws -> ([UInt8], rest: FileHandle?) {
    guard let handle = path == "-" ? .standardInput : FileHandle(forReadingAtPath: path) else {
      throw CommandError(reason: "cannot read \(path)")
    }
    var bytes: [UInt8] = []
    while let chunk = try nextChunk(of: handle) {
      bytes += chunk
      if bytes.count > maximumBytes { return (bytes, handle) }
    }
    return (bytes, nil)
  }

  /// Returns nil at the end.
  private static func nextChunk(of handle: FileHandle) throws -> [UInt8]? {
    guard let data = try handle.read(upToCount: chunkBytes), !data.isEmpty else { return nil }
    return [UInt8](data)
  }
}
