import HTTPTypes
import Synchronization
import Testing
import XRPC

@testable import XRPCServer

@Suite struct RateLimiterTests {
  /// A clock that advances only when told to.
  final class Clock: Sendable {
    private let instant = Mutex(ContinuousClock.now)
    var now: ContinuousClock.Instant { instant.withLock { $0 } }
    func advance(_ seconds: Int) { instant.withLock { $0 += .seconds(seconds) } }
  }

  @Test func pointsAreAvailableAgainWhenTheWindowEnds() {
    let clock = Clock()
    let limiter = RateLimiter([RateLimit(3, perSeconds: 60)]) { clock.now }
    for remaining in [2, 1, 0] {
      let status = limiter.consume(by: "a")
      #expect(status.remaining == remaining && !status.isExceeded)
    }
    clock.advance(20)
    let status = limiter.consume(by: "a")
    #expect(status.isExceeded && status.remaining == 0)
    #expect(status.resetsAfter == .seconds(40))
    #expect(!limiter.consume(by: "b").isExceeded)
    clock.advance(40)
    #expect(limiter.consume(2, by: "a").remaining == 1)
    #expect(limiter.consume(.max, by: "a").isExceeded)
    #expect(limiter.consume(-5, by: "b").remaining == 2)
  }

  @Test func tightestLimitIsReported() {
    let clock = Clock()
    let limits = [RateLimit(4, perSeconds: 86_400), RateLimit(2, perSeconds: 300)]
    let limiter = RateLimiter(limits) { clock.now }
    #expect(limiter.consume(by: "a").limit == limits[1])
    _ = limiter.consume(by: "a")
    #expect(limiter.consume(by: "a").limit == limits[1])
    clock.advance(300)
    let status = limiter.consume(by: "a")
    #expect(status.limit == limits[0] && status.remaining == 0 && !status.isExceeded)
    #expect(limiter.consume(by: "a").limit == limits[0])
  }

  /// However many keys strangers invent, memory is bounded, and known clients keep a window.
  @Test func numberOfWindowsIsBounded() {
    let clock = Clock()
    let limiter = RateLimiter([RateLimit(50, perSeconds: 60)], capacity: 100) { clock.now }
    _ = limiter.consume(by: "known")
    for number in 0..<200_000 { _ = limiter.consume(by: number) }
    #expect(limiter.count <= 100 + 1024)
    #expect(limiter.consume(by: "new").isExceeded)
    #expect(limiter.consume(by: "known").remaining == 48)
    clock.advance(61)
    #expect(limiter.consume(by: "new").remaining == 49)
    #expect(limiter.count == 1)
  }

  @Test func statusIsWrittenAsHeaderFields() {
    let limiter = RateLimiter([RateLimit(3, perSeconds: 60)])
    var fields = HTTPFields()
    limiter.consume(by: "a").write(to: &fields, at: 1_000)
    #expect(fields[.rateLimitLimit] == "3")
    #expect(fields[.rateLimitRemaining] == "2")
    #expect(fields[.rateLimitReset] == "1060")
    #expect(fields[.rateLimitPolicy] == "3;w=60")
  }

  @Test(
    arguments: [
      (0, "192.0.2.1", "203.0.113.9", "192.0.2.1"),
      (1, "192.0.2.1", nil, "192.0.2.1"),
      (1, "192.0.2.1", "203.0.113.9", "203.0.113.9"),
      (1, "192.0.2.1", "198.51.100.7, 203.0.113.9", "203.0.113.9"),
      (2, "192.0.2.1", "6.6.6.6, 198.51.100.7,203.0.113.9", "198.51.100.7"),
      (3, "192.0.2.1", "198.51.100.7, 203.0.113.9", "198.51.100.7"),
      (1, "192.0.2.1", "203.0.113.9:4711", "203.0.113.9"),
      (1, "192.0.2.1", "[2001:db8::1]:80", "2001:db8::1"),
      (1, "192.0.2.1", "2001:DB8:0::1", "2001:db8::1"),
      (1, "192.0.2.1", "unknown", "192.0.2.1"),
      (1, "192.0.2.1", ",", "192.0.2.1"),
      (1, nil, "203.0.113.9", "203.0.113.9"),
    ] as [(Int, String?, String?, String?)]
  )
  func onlyTrustedProxyEntriesAreUsed(
    _ count: Int,
    _ peer: String?,
    _ forwarded: String?,
    _ client: String?
  ) {
    let found = ClientAddress(trustedProxies: count).address(peer: peer, forwarded: forwarded)
    #expect(found == client)
  }

  @Test(
    arguments: [
      ("192.0.2.1", "192.0.2.1"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"), (nil, nil),
    ] as [(String?, String?)]
  )
  func ipv6AddressesOfANetworkShareALimit(_ address: String?, _ network: String?) {
    let context = XRPCContext(nsid: "com.example.ping", remoteAddress: address)
    #expect(context.clientNetwork == network)
  }
}
