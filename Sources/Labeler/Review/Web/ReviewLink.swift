import ATProtoSyntax

/// Links between review pages.
enum ReviewLink {
  static let queue = "/review/"
  static let team = "/review/team"
  static let logIn = "/review/login"

  /// The page of a subject.
  ///
  /// - Parameter uri: a DID or an AT-URI.
  static func subject(_ uri: String, _ parameters: [(String, String)] = []) -> String {
    "/review/subject?" + query([("uri", uri)] + parameters)
  }

  /// Leads to the next subject of the queue.
  static func next(after uri: String) -> String { "/review/next?" + query([("after", uri)]) }

  static func query(_ parameters: [(String, String)]) -> String {
    var bytes: [UInt8] = []
    for (name, value) in parameters {
      if !bytes.isEmpty { bytes.append(UInt8(ascii: "&")) }
      bytes += Array("\(name)=".utf8)
      PercentEncoding.append(value, to: &bytes)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// A page to return to, from a link that anyone may have made: only review pages, because a link to
  /// this site must not lead to another one.
  static func checked(_ next: String?) -> String {
    guard let next, next.hasPrefix("/review/"), next.utf8.count <= 4_096,
      !next.utf8.contains(where: { $0 <= 0x20 || $0 >= 0x7F || $0 == UInt8(ascii: "\\") }),
      !next.hasPrefix("/review//")
    else { return queue }
    return next
  }
}
