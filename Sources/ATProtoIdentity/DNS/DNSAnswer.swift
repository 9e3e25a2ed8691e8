/// The answer of a name server to a question for TXT records (RFC 1035, 4.1).
///
/// Everything in it is untrusted. Its work and memory are proportional to the length of the message,
/// which is at most 64 KiB.
struct DNSAnswer {
  enum Fault: Error, Hashable {
    /// Not an answer to the question: another id or question, or not an answer at all.
    case unrelated
    /// The answer did not fit in a datagram.
    case truncated
    /// The server reports a failure, with the name of the response code.
    case refused(String)
    case malformed
  }

  /// The longest chain of aliases to follow.
  static let maximumAliases = 16

  /// The TXT records of the name in the question, and of the aliases that lead on from it.
  let records: [TXTRecord]

  init(_ message: [UInt8], to query: DNSQuery) throws(Fault) {
    var reader = DNSReader(message)
    guard let id = reader.number(2), id == Int(query.id), let flags = reader.number(2),
      let questionCount = reader.number(2), let answerCount = reader.number(2),
      reader.skip(4), flags & 0x8000 != 0, flags & 0x7800 == 0, questionCount == 1,
      reader.name() == query.name, reader.number(2) == DNSType.txt,
      reader.number(2) == DNSType.internetClass
    else { throw .unrelated }
    if flags & 0x0200 != 0 { throw .truncated }
    switch flags & 0x000F {
    case 0: break
    // The name does not exist.
    case 3:
      records = []
      return
    case 2: throw .refused("SERVFAIL")
    case 5: throw .refused("REFUSED")
    case let code: throw .refused("response code \(code)")
    }
    var section = DNSAnswerSection()
    for _ in 0..<answerCount {
      guard section.read(&reader) else { throw .malformed }
    }
    records = section.texts(of: query.name)
  }
}

/// The records of an answer that matter: texts and aliases.
private struct DNSAnswerSection {
  private var texts: [(owner: DNSName, record: TXTRecord)] = []
  private var aliases: [DNSName: (target: DNSName, seconds: Int)] = [:]

  /// Reads a record; false if it is malformed.
  mutating func read(_ reader: inout DNSReader) -> Bool {
    guard let owner = reader.name(), let type = reader.number(2),
      let recordClass = reader.number(2),
      let time = reader.number(4), let length = reader.number(2), length <= reader.left
    else { return false }
    // RFC 2181, 8: a time to live with the most significant bit counts as zero.
    let seconds = time >> 31 == 0 ? time : 0
    let end = reader.offset + length
    switch (type, recordClass) {
    case (DNSType.txt, DNSType.internetClass):
      guard let bytes = reader.strings(upTo: end) else { return false }
      texts.append((owner, TXTRecord(bytes: bytes, timeToLive: .seconds(seconds))))
    case (DNSType.cname, DNSType.internetClass):
      guard let target = reader.name(), reader.offset == end else { return false }
      // RFC 2181, 10.1: "there may be only one such canonical name for any one alias".
      if let other = aliases.updateValue((target, seconds), forKey: owner), other.target != target {
        return false
      }
    default: return reader.skip(length)
    }
    return true
  }

  func texts(of name: DNSName) -> [TXTRecord] {
    var times = [name: Int.max]
    var alias = name
    var time = Int.max
    for _ in 0..<DNSAnswer.maximumAliases {
      guard let (target, seconds) = aliases[alias], times[target] == nil else { break }
      time = min(time, seconds)
      times[target] = time
      alias = target
    }
    return texts.compactMap { owner, record in
      times[owner].map { time in
        let own = record.timeToLive
        return TXTRecord(
          bytes: record.bytes,
          timeToLive: time == .max ? own : min(own, .seconds(time))
        )
      }
    }
  }
}

/// Reads a message from its beginning to its end.
private struct DNSReader {
  private let message: [UInt8]
  private(set) var offset = 0

  init(_ message: [UInt8]) {
    self.message = message
  }

  var left: Int { message.count - offset }

  /// An unsigned number of `size` bytes, most significant first.
  mutating func number(_ size: Int) -> Int? {
    guard size <= left else { return nil }
    defer { offset += size }
    return message[offset..<offset + size].reduce(0) { $0 << 8 | Int($1) }
  }

  mutating func skip(_ size: Int) -> Bool {
    guard size <= left else { return false }
    offset += size
    return true
  }

  mutating func name() -> DNSName? {
    DNSName(in: message, at: &offset)
  }

  /// One or more strings, each after its length in one byte (RFC 1035, 3.3.14), joined.
  mutating func strings(upTo end: Int) -> [UInt8]? {
    guard offset < end else { return nil }
    var bytes: [UInt8] = []
    while offset < end {
      let next = offset + 1 + Int(message[offset])
      guard next <= end else { return nil }
      bytes += message[offset + 1..<next]
      offset = next
    }
    return bytes
  }
}
