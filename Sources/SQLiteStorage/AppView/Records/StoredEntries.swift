import LexiconIndex
import ServiceKit

/// The values and words of a record as bytes:
///
///     entries = count *(field tag value) count *(field words)
///     value   = "" | number | text      by tag: nothing, integer, boolean, instant, text
///     words   = text                    joined by spaces
///     text    = count bytes
///
/// Numbers are LEB128; signed ones are zigzag-encoded.
enum StoredEntries {
  private enum Tag: UInt8 {
    case present = 0
    case integer = 1
    case boolean = 2
    case instant = 3
    case text = 4
  }

  static func encode(_ entries: IndexEntries) -> [UInt8] {
    guard !entries.values.isEmpty || !entries.texts.isEmpty else { return [] }
    var bytes: [UInt8] = []
    bytes.append(number: UInt64(entries.values.count))
    for value in entries.values {
      bytes.append(number: UInt64(clamping: value.field))
      append(value.value, to: &bytes)
    }
    bytes.append(number: UInt64(entries.texts.count))
    for text in entries.texts {
      bytes.append(number: UInt64(clamping: text.field))
      bytes.append(text: text.words.joined(separator: " "))
    }
    return bytes
  }

  private static func append(_ value: IndexValue?, to bytes: inout [UInt8]) {
    switch value {
    case nil: bytes.append(Tag.present.rawValue)
    case .integer(let number)?:
      bytes.append(Tag.integer.rawValue)
      bytes.append(number: zigzag(number))
    case .boolean(let flag)?:
      bytes.append(Tag.boolean.rawValue)
      bytes.append(number: flag ? 1 : 0)
    case .instant(let time)?:
      bytes.append(Tag.instant.rawValue)
      bytes.append(number: zigzag(time))
    case .text(let text)?:
      bytes.append(Tag.text.rawValue)
      bytes.append(text: text)
    }
  }

  static func decode(_ bytes: [UInt8]) throws -> IndexEntries {
    var entries = IndexEntries()
    guard !bytes.isEmpty else { return entries }
    var reader = Reader(bytes: bytes)
    for _ in 0..<(try reader.count()) {
      let field = Int(clamping: try reader.number())
      entries.values.append(.init(field: field, value: try reader.value()))
    }
    for _ in 0..<(try reader.count()) {
      let field = Int(clamping: try reader.number())
      let words = try reader.text().split(separator: " ").map(String.init)
      entries.texts.append(.init(field: field, words: words))
    }
    return entries
  }

  private static func zigzag(_ number: Int64) -> UInt64 {
    UInt64(bitPattern: (number << 1) ^ (number >> 63))
  }

  private struct Reader {
    let bytes: [UInt8]
    var offset = 0

    mutating func byte() throws -> UInt8 {
      guard offset < bytes.count else { throw malformed }
      defer { offset += 1 }
      return bytes[offset]
    }

    mutating func number() throws -> UInt64 {
      var number: UInt64 = 0
      for shift in stride(from: UInt64(0), to: 64, by: 7) {
        let byte = try byte()
        number |= UInt64(byte & 0x7F) << shift
        if byte & 0x80 == 0 { return number }
      }
      throw malformed
    }

    /// A number of items, of which each has at least one byte.
    mutating func count() throws -> Int {
      let count = try number()
      guard count <= UInt64(bytes.count - offset) else { throw malformed }
      return Int(count)
    }

    mutating func text() throws -> String {
      let count = try count()
      defer { offset += count }
      return String(decoding: bytes[offset..<offset + count], as: UTF8.self)
    }

    mutating func signed() throws -> Int64 {
      let number = try number()
      return Int64(bitPattern: number >> 1) ^ -Int64(bitPattern: number & 1)
    }

    mutating func value() throws -> IndexValue? {
      guard let tag = Tag(rawValue: try byte()) else { throw malformed }
      return switch tag {
      case .present: nil
      case .integer: .integer(try signed())
      case .boolean: .boolean(try number() != 0)
      case .instant: .instant(try signed())
      case .text: .text(try text())
      }
    }

    private var malformed: ServiceError {
      ServiceError(.corruption, "cannot read the entries of a record: byte \(offset) is malformed")
    }
  }
}

extension [UInt8] {
  /// Appends a LEB128 number.
  mutating func append(number: UInt64) {
    var rest = number
    while rest >= 0x80 {
      append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    append(UInt8(truncatingIfNeeded: rest))
  }

  fileprivate mutating func append(text: String) {
    append(number: UInt64(text.utf8.count))
    append(contentsOf: text.utf8)
  }
}

/// The IDs of the groups of a record's links, in 8 bytes each: little-endian.
enum StoredGroups {
  static func encode(_ groups: [Int64]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(groups.count * 8)
    for group in groups {
      for shift in stride(from: 0, to: 64, by: 8) {
        bytes.append(UInt8(truncatingIfNeeded: group >> Int64(shift)))
      }
    }
    return bytes
  }

  static func decode(_ bytes: [UInt8]) -> [Int64] {
    stride(from: 0, to: bytes.count - bytes.count % 8, by: 8).map { start in
      var group: UInt64 = 0
      for byte in bytes[start..<start + 8].reversed() { group = group << 8 | UInt64(byte) }
      return Int64(bitPattern: group)
    }
  }
}

/// How values are in the table `value`.
enum ValueColumn {
  private static let numberBits: Int64 = 10
  /// The column `field`; nil for a number that no plan has.
  static func field(_ number: Int, _ generation: Int64) -> Int64? {
    guard (0..<1 << numberBits).contains(Int64(number)), generation > 0 else { return nil }
    return generation << numberBits | Int64(number)
  }

  static func value(_ value: IndexValue) -> SQLiteValue {
    switch value {
    case .integer(let number): .integer(number)
    case .boolean(let flag): .flag(flag)
    case .instant(let time): .integer(time)
    case .text(let text): .text(text)
    }
  }
}
