/// The answer of a name server, right or wrong, for tests (RFC 1035, 4.1).
package struct DNSMessageFixture: Sendable {
  package static let cname: UInt16 = 5
  package static let txt: UInt16 = 16
  /// A pointer to the name in the question.
  package static let askedName: [UInt8] = [0xC0, 12]

  package var id: [UInt8]
  /// An answer to a recursive query.
  package var flags: UInt16 = 0x8180
  package var question: [UInt8]
  package var questionCount: UInt16 = 1
  /// The number of records that the header claims; nil for the right one.
  package var answerCount: UInt16?
  private var records: [[UInt8]] = []

  /// Starts an answer without records, with the id and question of a query.
  package init(answering query: [UInt8]) {
    id = Array(query.prefix(2))
    question = Array(query.dropFirst(12))
  }

  /// Answers a query with TXT records of one string each.
  package init(answering query: [UInt8], texts: [String]) {
    self.init(answering: query)
    for text in texts { addText([text]) }
  }

  /// Adds a record.
  ///
  /// - Parameter length: the length that the record claims; nil for the right one.
  package mutating func add(
    _ type: UInt16,
    _ data: [UInt8],
    name: [UInt8] = askedName,
    recordClass: UInt16 = 1,
    seconds: UInt32 = 300,
    length: UInt16? = nil
  ) {
    records.append(
      name + Self.bytes(type) + Self.bytes(recordClass) + Self.bytes(UInt16(seconds >> 16))
        + Self.bytes(UInt16(seconds & 0xFFFF)) + Self.bytes(length ?? UInt16(data.count)) + data
    )
  }

  /// Adds a TXT record of several strings.
  package mutating func addText(
    _ strings: [String],
    name: [UInt8] = askedName,
    recordClass: UInt16 = 1,
    seconds: UInt32 = 300
  ) {
    let data = strings.flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) }
    add(Self.txt, data, name: name, recordClass: recordClass, seconds: seconds)
  }

  /// The message for a datagram.
  package var bytes: [UInt8] {
    let counts = Self.bytes(questionCount) + Self.bytes(answerCount ?? UInt16(records.count))
    return id + Self.bytes(flags) + counts + [0, 0, 0, 0] + question + records.flatMap { $0 }
  }

  /// The message with its length before it, for a stream.
  package var framed: [UInt8] {
    let bytes = bytes
    return Self.bytes(UInt16(bytes.count)) + bytes
  }

  /// A name without compression.
  package static func name(_ text: String) -> [UInt8] {
    text.split(separator: ".").flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) } + [0]
  }

  private static func bytes(_ number: UInt16) -> [UInt8] {
    [UInt8(number >> 8), UInt8(number & 0xFF)]
  }
}
