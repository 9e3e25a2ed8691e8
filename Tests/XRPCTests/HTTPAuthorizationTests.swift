import Testing
import XRPC
import XRPCServer

@Suite struct HTTPAuthorizationTests {
  @Test(
    arguments: [
      ("Bearer abc", .bearer("abc")),
      ("bearer  abc", .bearer("abc")),
      ("DPoP abc", .dpop("abc")),
      // The example of the XRPC specification, "Admin Token".
      ("Basic YWRtaW46c2VjcmV0LXRva2Vu", .basic(user: "admin", password: "secret-token")),
      ("BASIC YTpiOmM=", .basic(user: "a", password: "b:c")),
      ("Basic Og==", .basic(user: "", password: "")),
      ("Basic Og", .basic(user: "", password: "")),
      ("Digest x=y", .other(scheme: "Digest", credentials: "x=y")),
      ("Bearer", nil),
      ("Bearer ", nil),
      (" abc", nil),
      ("", nil),
      ("Basic YWRtaW4=", nil),
      ("Basic ====", nil),
      ("Basic YTpiO!M=", nil),
      ("Basic Ov8=", nil),
      ("Basic A", nil),
    ] as [(String, HTTPAuthorization?)]
  )
  func headerValuesAreParsed(_ value: String, _ expected: HTTPAuthorization?) {
    #expect(HTTPAuthorization(value) == expected)
  }
}
