import ATProtoData
import ATProtoSyntax
import SnapshotModule
import Testing
import XRPC

@Suite("Methods with hundreds of parameters")
struct WideParametersTests {
  typealias Parameters = ExampleParameters.Search.Parameters

  @Test("parameters are written in schema order with defaults, and round-trip")
  func roundTrip() throws {
    var parameters = Parameters(p0: 1, p71: ["a", "b"], p256: "z")
    parameters.p257 = true
    parameters.p1 = "b c"
    parameters.p70 = .two
    parameters.p72 = [3, 4]
    parameters.p7 = "did:plc:abc"
    let query =
      "p0=1&p1=b%20c&p4=east&p7=did%3Aplc%3Aabc&p70=two&p71=a&p71=b&p72=3&p72=4&p140=true"
      + "&p256=z&p257=true"
    #expect(parameters.query == query)
    let again = try Parameters(query: query)
    #expect(again == parameters)
    #expect(again.p0 == 1 && again.p71 == ["a", "b"] && again.p70 == .two && again.p2 == nil)
    #expect(again.p140 && again.p4 == "east")
  }

  @Test("copies are independent, and constraints are checked")
  func validation() {
    let before = Parameters(p0: 2000, p71: [], p256: "")
    var after = before
    after.p4 = "far too long"
    after.p71 = ["1", "2", "3"]
    #expect(before.p4 == "east" && before != after)
    #expect(before.validate().map(\.path) == ["p0"])
    #expect(after.validate().map(\.path) == ["p0", "p4", "p71"])
  }

  @Test(
    "a missing required parameter and an unreadable one are errors",
    arguments: [
      ("p0=1&p256=z", "p71"), ("p71=a&p256=z", "p0"), ("p0=1&p71=a", "p256"),
      ("p0=one&p71=a&p256=z", "p0"), ("p0=1&p71=a&p256=z&p140=maybe", "p140"),
    ]
  )
  func refused(_ query: String, _ parameter: String) throws {
    let error = #expect(throws: ParameterError.self) { try Parameters(query: query) }
    #expect(error?.parameter == parameter)
  }
}
