import HTTPTypes
import XRPCServer

/// Who opened a page.
struct PageClient: Sendable {
  var origin: DeviceOrigin
  /// The IPv4 address, or the first 64 bits of the IPv6 address.
  var network: String?
  var isExemptFromRateLimits: Bool

  init(_ client: RequestClient, _ headers: HTTPFields) {
    origin = DeviceOrigin(userAgent: headers[.userAgent], address: client.address)
    network = client.network
    isExemptFromRateLimits = client.isExemptFromRateLimits
  }
}
