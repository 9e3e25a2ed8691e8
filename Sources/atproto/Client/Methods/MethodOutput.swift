import ATProtoData
import Foundation
import XRPC

/// What a method gave: JSON for people or on one line, anything else as it came.
enum MethodOutput {
  static func print(_ body: RawBody, asJSON: Bool) throws {
    guard !body.bytes.isEmpty else { return }
    guard MediaType.matches(body.contentType, pattern: "application/json") else {
      guard isatty(STDOUT_FILENO) == 0 else {
        throw ClientFailure(
          reason: "\(body.bytes.count) bytes of \(body.contentType) are nothing for a terminal"
        )
      }
      FileHandle.standardOutput.write(Data(body.bytes))
      return
    }
    let value = try DataValue(json: body.bytes)
    if asJSON { Console.json(value) } else { try Console.indented(value) }
  }
}
