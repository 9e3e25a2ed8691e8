import ATProtoData
import Foundation

extension Console {
  /// One value on one line.
  static func json(_ value: DataValue) {
    line(value.jsonString())
  }

  /// A value over many lines, for people.
  static func indented(_ value: DataValue) throws {
    let object = try JSONSerialization.jsonObject(
      with: Data(value.jsonBytes()),
      options: .fragmentsAllowed
    )
    let bytes = try JSONSerialization.data(
      withJSONObject: object,
      options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes, .fragmentsAllowed]
    )
    let text = String(decoding: bytes, as: UTF8.self)
    // Whoever reads it from a file or a pipe gets what was written.
    guard isatty(STDOUT_FILENO) == 1 else { return line(text) }
    for part in text.split(separator: "\n", omittingEmptySubsequences: false) {
      line(String(part).withoutControls)
    }
  }
}
