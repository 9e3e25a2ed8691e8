import ATProtoData
import ATProtoHTTP
import Foundation
import XRPC

/// Prints the output of a method: JSON indented or on one line, anything else unchanged.
enum MethodOutput {
  /// JSON is read completely; anything else may have any length.
  private static let limits = DataLimits(
    inputSize: InputFile.maximumBytes,
    elements: InputFile.maximumBytes,
    stringLength: InputFile.maximumBytes
  )

  /// - Returns: the printed body, without its bytes if it is neither JSON nor empty.
  static func print(_ body: RawBody, asJSON: Bool) async throws -> RawBody {
    guard MediaType.isJSON(body.contentType) else { return try await pass(body) }
    let bytes: [UInt8]
    do {
      bytes = try await body.collect(upTo: limits.inputSize)
    } catch let error as ByteStreamError where error.code == .tooLong {
      throw CommandError(reason: "the JSON response is larger than \(limits.inputSize >> 20) MiB")
    }
    if !bytes.isEmpty {
      let value = try DataValue(json: bytes, limits: limits)
      if asJSON { Console.json(value) } else { try Console.indented(value) }
    }
    return RawBody(bytes: bytes, contentType: body.contentType)
  }

  private static func pass(_ body: RawBody) async throws -> RawBody {
    let progress = TransferProgress(total: body.content.length)
    defer { progress.finish() }
    var isEmpty = true
    for try await chunk in body.stream.reporting(progress.advance) {
      guard isatty(STDOUT_FILENO) == 0 else {
        throw CommandError(
          reason: "cannot print \(body.contentType) to a terminal; redirect the output to a file"
        )
      }
      try Console.bytes(chunk)
      isEmpty = false
    }
    return isEmpty ? RawBody(bytes: [], contentType: body.contentType) : body
  }
}
