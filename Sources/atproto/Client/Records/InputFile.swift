import ATProtoData
import ATProtoHTTP
import ATProtoSyntax
import Foundation
import XRPC
import XRPCClient

/// A file that a command sends, or standard input where its name is `-`.
enum InputFile {
  /// More is not held in memory.
  static let maximumBytes = 64 << 20

  private static let chunkBytes = 256 << 10

  /// The whole in memory.
  static func bytes(_ path: String) throws -> [UInt8] {
    let (bytes, rest) = try beginning(of: path)
    guard rest == nil else {
      throw ClientFailure(reason: "\(path) is longer than \(maximumBytes >> 20) MiB")
    }
    return bytes
  }

  /// Of any length: a file is read as it is sent. So is what comes through a pipe and is longer than
  /// is held in memory; that can be sent only once.
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

  /// A record as JSON; `$type` is the collection where it is left out.
  static func record(_ path: String, in collection: NSID) throws -> DataValue {
    guard var object = try DataValue(json: try bytes(path)).object else {
      throw ClientFailure(reason: "\(path) is no JSON object")
    }
    if object["$type"] == nil { object["$type"] = .string(collection.string) }
    return .object(object)
  }

  /// As much as is held in memory, and a handle that has more where that is not all.
  private static func beginning(of path: String) throws -> ([UInt8], rest: FileHandle?) {
    guard let handle = path == "-" ? .standardInput : FileHandle(forReadingAtPath: path) else {
      throw ClientFailure(reason: "cannot read \(path)")
    }
    var bytes: [UInt8] = []
    while let chunk = try nextChunk(of: handle) {
      bytes += chunk
      if bytes.count > maximumBytes { return (bytes, handle) }
    }
    return (bytes, nil)
  }

  /// Nil at the end.
  private static func nextChunk(of handle: FileHandle) throws -> [UInt8]? {
    guard let data = try handle.read(upToCount: chunkBytes), !data.isEmpty else { return nil }
    return [UInt8](data)
  }
}
