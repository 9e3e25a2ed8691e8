package import ATProtoSyntax
import XRPC

/// Writes the labels of one labeler in DRISL, the canonical form of CBOR, straight from their rows:
/// the stream replays 100,000 of them per second.
///
///     label = { "cid": text?, "cts": text, "exp": text?, "neg": true?, "sig": bytes,
///               "src": text, "uri": text, "val": text, "ver": 1 }
///
/// Keys of equal length are ordered by their bytes, so this is the order of the fields.
package struct LabelEncoding: Sendable {
  /// The DID of the labeler, as CBOR text.
  private let source: [UInt8]
  /// The header of a frame: `{"t": "#labels", "op": 1}`.
  private let header: [UInt8]

  package init(source: DID) {
    var writer = CBORText()
    writer.text(source.string)
    self.source = writer.bytes
    header = EventStreamFrame.message(type: "#labels", payload: []).bytes()
  }

  /// What is signed: "using only the specified schema fields, and not including the `sig` field"
  /// (Label specification, "Signatures").
  package func signedBytes(of row: LabelRow) -> [UInt8] {
    var writer = CBORText(capacity: 160 + row.uri.utf8.count)
    write(row, signature: nil, to: &writer)
    return writer.bytes
  }

  /// The event of a label as a message of `subscribeLabels`: `{"seq": …, "labels": [label]}`.
  package func frame(of row: LabelRow) -> [UInt8] {
    var writer = CBORText(capacity: 300 + row.uri.utf8.count)
    writer.bytes += header
    writer.head(.map, 2)
    writer.key("seq")
    writer.head(.integer, row.sequence)
    writer.text("labels")
    writer.head(.array, 1)
    write(row, signature: row.signature, to: &writer)
    return writer.bytes
  }

  private func write(_ row: LabelRow, signature: [UInt8]?, to writer: inout CBORText) {
    let optional = [row.cid != nil, row.expiresAt != nil, row.isNegated, signature != nil]
    writer.head(.map, 5 + optional.count { $0 })
    if let cid = row.cid {
      writer.key("cid")
      writer.text(cid)
    }
    writer.key("cts")
    writer.time(row.createdAt)
    if let expiresAt = row.expiresAt {
      writer.key("exp")
      writer.time(expiresAt)
    }
    if row.isNegated {
      writer.key("neg")
      writer.bytes.append(0xF5)
    }
    if let signature {
      writer.key("sig")
      writer.head(.bytes, signature.count)
      writer.bytes += signature
    }
    writer.key("src")
    writer.bytes += source
    writer.key("uri")
    writer.text(row.uri)
    writer.key("val")
    writer.text(row.value)
    writer.key("ver")
    writer.head(.integer, 1)
  }
}

/// The few kinds of CBOR items that labels consist of.
private struct CBORText {
  enum Major: UInt8 {
    case integer = 0x00
    case bytes = 0x40
    case text = 0x60
    case array = 0x80
    case map = 0xA0
  }

  var bytes: [UInt8] = []

  init(capacity: Int = 0) {
    bytes.reserveCapacity(capacity)
  }

  /// - Parameter number: the value of an integer, or the size of what follows; not negative.
  mutating func head(_ major: Major, _ number: Int) {
    let size =
      switch number {
      case ..<24: 0
      case ...0xFF: 1
      case ...0xFFFF: 2
      case ...0xFFFF_FFFF: 4
      default: 8
      }
    guard size > 0 else { return bytes.append(major.rawValue | UInt8(truncatingIfNeeded: number)) }
    bytes.append(major.rawValue | UInt8(24 + size.trailingZeroBitCount))
    for shift in stride(from: (size - 1) * 8, through: 0, by: -8) {
      bytes.append(UInt8(truncatingIfNeeded: number >> shift))
    }
  }

  /// A key of three characters.
  mutating func key(_ name: StaticString) {
    bytes.append(Major.text.rawValue | UInt8(name.utf8CodeUnitCount))
    name.withUTF8Buffer { bytes += $0 }
  }

  mutating func text(_ string: String) {
    head(.text, string.utf8.count)
    bytes += string.utf8
  }

  mutating func time(_ milliseconds: Int) {
    head(.text, LabelTime.length)
    LabelTime.append(milliseconds, to: &bytes)
  }
}

/// Times of labels, with milliseconds and in UTC: `2026-11-30T16:00:00.000Z`.
enum LabelTime {
  static let length = 24
  /// The last millisecond of the year 9999.
  static let maximum = 253_402_300_799_999

  static func text(_ milliseconds: Int) -> String {
    var bytes: [UInt8] = []
    append(milliseconds, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// - Parameter milliseconds: since 1970, not negative.
  static func append(_ milliseconds: Int, to bytes: inout [UInt8]) {
    let (days, millisecondOfDay) = milliseconds.quotientAndRemainder(dividingBy: 86_400_000)
    let day = CalendarDay(daysSinceEpoch: Int64(days))
    let (second, fraction) = millisecondOfDay.quotientAndRemainder(dividingBy: 1_000)
    func append(_ number: Int, _ width: Int) {
      var divisor = [1, 1, 10, 100, 1_000][width]
      while divisor > 0 {
        bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number / divisor % 10))
        divisor /= 10
      }
    }
    append(Int(day.year), 4)
    bytes.append(UInt8(ascii: "-"))
    append(Int(day.month), 2)
    bytes.append(UInt8(ascii: "-"))
    append(Int(day.day), 2)
    bytes.append(UInt8(ascii: "T"))
    append(second / 3_600, 2)
    bytes.append(UInt8(ascii: ":"))
    append(second / 60 % 60, 2)
    bytes.append(UInt8(ascii: ":"))
    append(second % 60, 2)
    bytes.append(UInt8(ascii: "."))
    append(fraction, 3)
    bytes.append(UInt8(ascii: "Z"))
  }
}
