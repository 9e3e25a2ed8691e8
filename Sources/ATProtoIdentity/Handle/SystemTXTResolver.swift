public import ATProtoHTTP
import CResolv

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#elseif canImport(Glibc)
import Glibc
#endif

/// Asks name servers through `libresolv`, on threads of its own.
public struct SystemTXTResolver: TXTResolver {
  /// A name server that is asked in place of those of the system.
  public struct Server: Hashable, Sendable {
    let address: IPAddress
    let port: UInt16

    /// - Parameter address: of IPv4, which is what `libresolv` lets a program set; nil otherwise.
    public init?(_ address: IPAddress, port: UInt16 = 53) {
      guard address.isIPv4 else { return nil }
      self.address = address
      self.port = port
    }

    /// Reads `127.0.0.1` or `127.0.0.1:5353`.
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

  /// - Parameter server: nil for those that the system is configured with.
  public init(server: Server? = nil) {
    self.server = server
  }

  public func texts(
    of name: String,
    within limit: Duration
  ) async throws(IdentityError) -> [String] {
    let server = server
    // A query is sent again after half the time. The library counts seconds, and the thread may
    // outlive the call by one or two.
    let seconds = max(1, limit.components.seconds / 2)
    let answer = await Self.calls.perform(within: limit) {
      Self.ask(name, server, seconds: Int32(clamping: seconds))
    }
    guard let answer else {
      if Task.isCancelled { throw IdentityError(.cancelled, "the call was cancelled") }
      throw IdentityError(.timedOut, "the name servers said nothing of \(name) within \(limit)")
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
      return .failure(IdentityError(.unreachable, "the name servers have no answer on \(name)"))
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

  /// Texts with two bytes of length before each; those that are not UTF-8 are nobody's DID.
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
