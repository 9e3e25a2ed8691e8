import Testing
import XRPCClient

@testable import atproto

/// Which servers are on this machine.
@Suite struct ServiceEndpointMachineTests {
  @Test(arguments: [
    ("http://127.0.0.1:2583", true), ("https://127.255.255.254", true), ("http://[::1]:80", true),
    ("http://localhost:2583", true), ("http://LOCALHOST", true),
    ("http://localhost.example", false), ("http://pds.localhost", false),
    ("http://127.0.0.1.example", false), ("http://[::ffff:127.0.0.1]", false),
    ("http://0.0.0.0", false), ("http://10.0.0.1", false), ("https://pds.example", false),
  ])
  func onlyLoopbackHostsAreOnThisMachine(_ url: String, _ isHere: Bool) throws {
    let service = try #require(ServiceEndpoint(url))
    #expect(service.isOnThisMachine == isHere)
    let elsewhere = try #require(ServiceEndpoint("https://entry.example"))
    let here = try #require(ServiceEndpoint("http://127.0.0.1:1"))
    // A server elsewhere cannot redirect a session to this machine.
    #expect(service.mayBeKept(loggedInAt: elsewhere, isDevelopment: false) == !isHere)
    #expect(service.mayBeKept(loggedInAt: elsewhere, isDevelopment: true))
    #expect(service.mayBeKept(loggedInAt: here, isDevelopment: false))
  }
}
