public import ATProtoHTTP
import CResolv

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#elseif canImport(Glibc)
import Glibc
#endif

/// Looks up TXT records: the seam between handles and the DNS. ``FixedTXTResolver`` is the in-memory
/// twin for tests.
public protocol TXTResolver: Sendable {
  /// Returns the text of each TXT record of `name`, with its strings joined. Returns an
  /// empty array if the name does not exist.
  ///
  /// - Throws: ``IdentityError/Code/timedOut`` or ``IdentityError/Code/unreachable`` if the name servers
  ///   do not answer.
  func texts(of name: String, within limit: Duration) async throws(IdentityError) -> [String]
}

/// Returns records from a table, for tests.
public struct FixedTXTResolver: TXTResolver {
  private let table: [String: [String]]

  /// Creates a resolver for a table of strings by name.
  public init(_ table: [String: [String]] = [:]) {
    self.table = table
  }

  /// Returns the strings in the table.
  public func texts(
    of name: String,
    within limit: Duration
  ) async throws(IdentityError) -> [String] {
    table[name] ?? []
  }
}

/// Looks up TXT records with `libresolv`, on threads of its own.
public struct SystemTXTResolver: TXTResolver {
  /// A name server to use instead of the system's.
  public struct Server: Hashable, Sendable {
    let address: IPAddress
    let port: UInt16

    /// Creates a name server; nil unless `address` is an IPv4 address, the only kind that
    /// `libresolv` allows.
    public init?(_ address: IPAddress, port: UInt16 = 53) {
      guard address.isIPv4 else { return nil }
      self.address = address
      self.port = port
    }

    /// Parses an IPv4 address with or without a port: `127.0.0.1`, `127.0.0.1:5353`.
    public init?(_ text: String) {
      let parts = text.split(separator: ":", omittingEmptySubsequences: false)
      let port = parts.count == 2 ? UInt16(parts[1]) : 53
      guard parts.count <= 2, let port, port > 0, let address = IPAddress(String(parts[0])) else {
        return nil
      }
      self.init(address, port: port)
    }
  }

  private static let calls = BlockingCalls(maximum: 64)

  private let server: Server?

  /// Creates a resolver.
  ///
  /// - Parameter server: the name server to use; nil for the system's.
  public init(server: Server? = nil) {
    self.server = server
  }

  /// Queries the name servers.
  public func texts(
    of name: String,
    within limit: Duration
  ) async throws(IdentityError) -> [String] {
    let server = server
    // A query is repeated after half the time. The library counts whole seconds, and the thread may
    // outlive the call by a second or two.
    let seconds = max(1, limit.components.seconds / 2)
    let answer = await Self.calls.perform(within: limit) {
      Self.ask(name, server, seconds: Int32(clamping: seconds))
    }
    guard let answer else {
      if Task.isCancelled { throw IdentityError(.cancelled, "the call was canceled") }
      throw IdentityError(
        .timedOut,
        "cannot look up \(name): the name servers did not answer within \(limit)"
      )
    }
    return try answer.get()
  }

  private static func ask(
    _ name: String,
    _ server: Server?,
    seconds: Int32
  ) -> Result<[String], IdentityError> {
    var texts = [UInt8](repeating: 0, count: 32 << 10)
    let count = withAddress(of: server) { address in
      CResolv_texts(name, address, seconds, 2, &texts, Int32(texts.count))
    }
    guard count < 0 else { return .success(read(texts[..<Int(count)])) }
    switch -count {
    case HOST_NOT_FOUND, NO_DATA: return .success([])
    default:
      return .failure(
        IdentityError(.unreachable, "cannot look up \(name): the name servers failed")
      )
    }
  }

  private static func withAddress<Value>(
    of server: Server?,
    _ body: (UnsafePointer<sockaddr_in>?) -> Value
  ) -> Value {
    guard let server else { return body(nil) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = server.port.bigEndian
    withUnsafeMutableBytes(of: &address.sin_addr) { $0.copyBytes(from: server.address.bytes) }
    return withUnsafePointer(to: address) { body($0) }
  }

  /// Splits strings that are each preceded by two bytes of length. Those that are not UTF-8 cannot
  /// be DIDs and are skipped.
  private static func read(_ bytes: ArraySlice<UInt8>) -> [String] {
    var texts: [String] = []
    var rest = bytes
    while rest.count >= 2 {
      let size = Int(rest.removeFirst()) << 8 | Int(rest.removeFirst())
      if let text = String(validating: rest.prefix(size), as: UTF8.self) { texts.append(text) }
      rest = rest.dropFirst(size)
    }
    return texts
  }
}
