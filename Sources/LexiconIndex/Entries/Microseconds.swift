import ATProtoSyntax

/// Datetimes as the index compares them: microseconds since the Unix epoch.
enum Microseconds {
  /// Reads a datetime of the Lexicon language; nil if the string is not one.
  static func ofDatetime(_ text: String) -> Int64? {
    (try? Datetime(text)).map { microseconds($0.instant) }
  }

  /// Reads a date and time of RFC 3339, which people may write in more ways than the Lexicon
  /// language: `t` and `z` in lowercase, the zone `-00:00`, and the leap second `:60`, which is the
  /// same instant as the second after it. Nil if the string is not one.
  static func ofRFC3339(_ text: String) -> Int64? {
    if let exact = ofDatetime(text) { return exact }
    // The longest datetime has 64 bytes, and `-00:00` is longer than `Z`.
    var bytes = Array(text.utf8.prefix(70))
    guard bytes.count == text.utf8.count, bytes.count >= 20 else { return nil }
    if bytes[10] == UInt8(ascii: "t") { bytes[10] = UInt8(ascii: "T") }
    if bytes[bytes.count - 1] == UInt8(ascii: "z") { bytes[bytes.count - 1] = UInt8(ascii: "Z") }
    if bytes.suffix(6).elementsEqual("-00:00".utf8) {
      bytes.replaceSubrange((bytes.count - 6)..., with: [UInt8(ascii: "Z")])
    }
    let isLeap = bytes[17] == UInt8(ascii: "6") && bytes[18] == UInt8(ascii: "0")
    if isLeap { bytes.replaceSubrange(17..<19, with: "59".utf8) }
    return ofDatetime(String(decoding: bytes, as: UTF8.self)).map { $0 + (isLeap ? 1_000_000 : 0) }
  }

  /// Exact for every datetime, whose years are 0 to 9999.
  private static func microseconds(_ instant: Datetime.Instant) -> Int64 {
    instant.seconds * 1_000_000 + Int64(instant.nanoseconds / 1_000)
  }
}
