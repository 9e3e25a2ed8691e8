import ATProtoHTTP

/// The network whose share of scarce resources the current task uses: the client's /24 of IPv4 or /48
/// of IPv6. Wider than the networks that rate limits count, because one customer often has that much.
///
/// Task-local, because what is scarce, such as hashing passwords, is several layers below the request.
package enum ClientShare {
  /// Nil outside of requests.
  @TaskLocal package static var current: String?

  static func network(of address: String?) -> String? {
    guard let address, let parsed = IPAddress(address) else { return address }
    let kept = parsed.isIPv4 ? 3 : 6
    let bytes =
      parsed.bytes.prefix(kept)
      + [UInt8](repeating: 0, count: parsed.bytes.count - kept)
    return IPAddress(bytes: [UInt8](bytes))?.description
  }
}
