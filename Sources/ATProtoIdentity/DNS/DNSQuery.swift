/// A question for the TXT records of a name, as a message (RFC 1035, 4.1).
struct DNSQuery: Sendable {
  static let headerLength = 12

  /// Echoed by the answer; random, so that others cannot guess it.
  let id: UInt16
  let name: DNSName

  /// - Returns: nil if `name` is not a valid domain name.
  init?(textsOf name: String) {
    guard let name = DNSName(name) else { return nil }
    self.name = name
    id = .random(in: 0...UInt16.max)
  }

  /// The message for a datagram.
  var message: [UInt8] {
    // Recursion is desired; one question.
    let header: [UInt8] = [UInt8(id >> 8), UInt8(id & 0xFF), 0x01, 0, 0, 1, 0, 0, 0, 0, 0, 0]
    let question: [UInt8] = [0, UInt8(DNSType.txt), 0, UInt8(DNSType.internetClass)]
    return header + name.bytes + question
  }
}

/// Numbers of types and classes (RFC 1035, 3.2).
enum DNSType {
  static let cname = 5
  static let txt = 16
  static let internetClass = 1
}
