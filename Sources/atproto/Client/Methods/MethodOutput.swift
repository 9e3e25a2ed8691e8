import ATProtoData
import Foundation
import XRPC

/// What a method gave: JSON for people or on one line, anything else as it came.
enum MethodOutput {
  private static let maximumBytes = 256 << 20

  static func print(_ body: RawBody, asJSON: Bool) async throws {
    let bytes = try await body.collect(upTo: maximumBytes)
    guard !bytes.isEmpty else { return }
    guard MediaType.matches(body.contentType, pattern: "application/json") else {
      guard isatty(STDOUT_FILENO) == 0 else {
        throw ClientFailure(
          reason: "\(bytes.count) bytes of \(body.contentType) are nothing for a terminal"
        )
      }
      FileHandle.standardOutput.write(Data(bytes))
      return
    }
    let value = try DataValue(json: bytes)
    if asJSON { Console.json(value) } else { try Console.indented(value) }
  }
}
