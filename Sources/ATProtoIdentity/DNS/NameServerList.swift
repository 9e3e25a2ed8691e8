import ATProtoHTTP

/// The name servers that the system is configured to use (resolv.conf(5)).
enum NameServerList {
  private static let path = "/etc/resolv.conf"
  private static let maximumLength = 64 << 10
  /// `MAXNS` of the C library.
  private static let maximumCount = 3

  /// Reads the configuration anew, because it changes with the network.
  static func system() -> [SystemTXTResolver.Server] {
    let text = (try? File(reading: path).read(maximumLength)) ?? []
    return servers(in: String(decoding: text, as: UTF8.self))
  }

  /// "If no nameserver entries are present, the default is to use the name server on the local
  /// machine."
  static func servers(in text: String) -> [SystemTXTResolver.Server] {
    let servers = text.split(whereSeparator: \.isNewline).compactMap { line in
      let words = line.split { $0 == " " || $0 == "\t" }
      return words.count >= 2 && words[0] == "nameserver"
        ? IPAddress(String(words[1])).map { SystemTXTResolver.Server(any: $0) } : nil
    }
    if servers.isEmpty { return [SystemTXTResolver.Server("127.0.0.1")!] }
    return Array(servers.prefix(maximumCount))
  }
}
