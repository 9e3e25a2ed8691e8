import ATProtoData
import ATProtoHTTP
import Foundation
import XRPC

/// What a method gave: JSON for people or on one line, anything else as it comes.
enum MethodOutput {
  /// Of JSON, which is read as a whole; anything else may have any length.
  private static let limits = DataLimits(
    inputSize: InputFile.maximumBytes,
    elements: InputFile.maximumBytes,
    stringLength: InputFile.maximumBytes
  )

  /// - Returns: what was printed; without its bytes where it is neither JSON nor empty.
  static func print(_ body: RawBody, asJSON: Bool) async throws -> RawBody {
    guard MediaType.isJSON(body.contentType) else { return try await pass(body) }
    let bytes: [UInt8]
    do {
      bytes = try await body.collect(upTo: limits.inputSize)
    } catch let error as ByteStreamError where error.code == .tooLong {
      throw ClientFailure(reason: "the response is JSON of more than \(limits.inputSize >> 20) MiB")
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
        throw ClientFailure(reason: "\(body.contentType) is nothing for a terminal: > <file>")
      }
      try Console.bytes(chunk)
      isEmpty = false
    }
    return isEmpty ? RawBody(bytes: [], contentType: body.contentType) : body
  }
}
