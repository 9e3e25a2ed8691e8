package import ATProtoHTTP
import ATProtoSyntax

/// The name of a host: `pds.example.com`, or `localhost:2583` for one on this machine.
///
/// Two names are equal if their texts are.
package struct HostName: Sendable {
  /// The name in lower case; with a port only if it is local.
  package let text: String
  /// Whether the host is called over TLS.
  package let usesTLS: Bool

  /// Creates a name that has already been checked, such as a stored one.
  package init(checked text: String, usesTLS: Bool) {
    self.text = text
    self.usesTLS = usesTLS
  }

  /// Parses the hostname of `com.atproto.sync.requestCrawl`: a name or an `http`, `https`, `ws`, or
  /// `wss` URL, whose path and query do not matter.
  ///
  /// - Parameter allowsLocal: whether hosts on this machine, and URLs without TLS, are accepted. Public
  ///   hosts are called over TLS anyway.
  package init(_ text: String, allowsLocal: Bool) throws(HostNameError) {
    let text = text.lowercased()
    guard text.utf8.count <= 2048, let url = Self.url(text) else {
      throw HostNameError(.malformed, "\(text.prefix(100)) is not a valid hostname")
    }
    if let local = Self.local(url) {
      guard allowsLocal else {
        throw HostNameError(.local, "\(local) is on this machine; the relay accepts public hosts")
      }
      // Without a port, the name would mean port 80, which development servers rarely use.
      guard url.port != nil || text.hasSuffix(":80") else {
        throw HostNameError(.malformed, "localhost needs a port, such as localhost:2583")
      }
      self.init(checked: local, usesTLS: false)
      return
    }
    guard let name = Self.publicName(url) else {
      throw HostNameError(
        .malformed,
        "\(url.authority) is not a valid hostname; use a domain name without a port"
      )
    }
    guard url.scheme == "https" || allowsLocal else {
      throw HostNameError(.insecure, "\(name) must be reachable over TLS; use https or wss")
    }
    self.init(checked: name, usesTLS: true)
  }

  /// The host of a PDS in a DID document; nil if no relay would crawl it.
  package init?(pds url: HTTPURL) {
    if let local = Self.local(url) {
      self.init(checked: local, usesTLS: false)
    } else if let name = Self.publicName(url) {
      self.init(checked: name, usesTLS: true)
    } else {
      return nil
    }
  }

  /// Whether the host is on this machine.
  package var isLocal: Bool { text.hasPrefix("localhost:") }

  /// The URL of the host's API.
  package var baseURL: HTTPURL {
    guard let url = HTTPURL("\(usesTLS ? "https" : "http")://\(text)") else {
      preconditionFailure("\(text) was not checked")
    }
    return url
  }

  /// The name and the domains that contain it, for bans: `a.b.c`, `b.c`, `c`.
  package var domains: [String] {
    var domains = [text]
    let name = text.prefix { $0 != ":" }
    if name.utf8.count < text.utf8.count { domains.append(String(name)) }
    var rest = name
    while let dot = rest.firstIndex(of: ".") {
      rest = rest[rest.index(after: dot)...]
      domains.append(String(rest))
    }
    return domains
  }

  /// The domain that the host's operator probably registered: the last two labels, or the whole
  /// text of a local host. All hosts under a suffix such as `co.uk` share it, so use it only for
  /// limits that delay requests by seconds.
  var registeredDomain: String {
    isLocal ? text : text.split(separator: ".").suffix(2).joined(separator: ".")
  }

  /// Whether a pattern, `example.com` or `*.example.com`, matches the name with or without the port
  /// of a local host. `*` matches every name.
  package func matches(_ pattern: String) -> Bool {
    let pattern = pattern.lowercased()
    let names = isLocal ? [text, "localhost"] : [text]
    guard pattern.hasPrefix("*") else { return names.contains(pattern) }
    return names.contains { $0.hasSuffix(pattern.dropFirst()) }
  }

  private static func url(_ text: String) -> HTTPURL? {
    guard let end = text.firstRange(of: "://") else {
      return HTTPURL("https://\(text)")
    }
    switch text[..<end.lowerBound] {
    case "https", "wss": return HTTPURL("https\(text[end.lowerBound...])")
    case "http", "ws": return HTTPURL("http\(text[end.lowerBound...])")
    default: return nil
    }
  }

  /// `localhost` with a port, if the URL's host is a name or address of this machine.
  private static func local(_ url: HTTPURL) -> String? {
    guard url.host == "localhost" || IPAddress(url.host)?.isLoopback == true else { return nil }
    return "localhost:\(url.port ?? (url.scheme == "https" ? 443 : 80))"
  }

  /// A name with the syntax of a handle, which IP addresses and single labels do not have, on the
  /// scheme's own port: relays connect to ports 80 and 443 only.
  private static func publicName(_ url: HTTPURL) -> String? {
    guard url.port == nil, let handle = try? Handle(url.host) else { return nil }
    return handle.string
  }
}

extension HostName: Hashable {
  package static func == (first: HostName, second: HostName) -> Bool { first.text == second.text }

  package func hash(into hasher: inout Hasher) { hasher.combine(text) }
}

extension HostName: CustomStringConvertible {
  package var description: String { text }
}

/// Why a text is not the name of a host that the relay can crawl.
package struct HostNameError: CodedError {
  package enum Code: Hashable, Sendable {
    /// Not a domain name, or with a port.
    case malformed
    /// A host on this machine.
    case local
    /// A host without TLS.
    case insecure
  }

  package let code: Code
  package let reason: String

  init(_ code: Code, _ reason: String) {
    self.code = code
    self.reason = reason
  }
}
