import ATProtoData
import Foundation

extension Console {
  /// Prints a value on one line.
  static func json(_ value: DataValue) {
    line(value.jsonString())
  }

  /// Prints a value on several lines, for people.
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
    // Files and pipes receive the text unchanged.
    guard isatty(STDOUT_FILENO) == 1 else { return line(text) }
    for part in text.split(separator: "\n", omittingEmptySubsequences: false) {
      line(String(part).withoutControls)
    }
  }
}
