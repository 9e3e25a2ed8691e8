import ATProtoLabels
import ATProtoSyntax
import HTTPTypes
import Testing
import XRPCClient

@Suite struct AcceptedLabelersTests {
  private static let (a, b): (DID, DID) = ("did:web:a.example.com", "did:plc:abc123")

  @Test(arguments: [
    ("", ""), ("  ", ""), ("did:plc:abc123", "did:plc:abc123"),
    ("did:plc:abc123;redact", "did:plc:abc123;redact"),
    ("did:plc:abc123;  redact", "did:plc:abc123;redact"),
    ("did:plc:abc123;redact;redact", "did:plc:abc123;redact"),
    (
      " did:web:a.example.com , did:plc:abc123\t,\tdid:plc:xyz;redact ",
      "did:web:a.example.com, did:plc:abc123, did:plc:xyz;redact"
    ),
    ("did:plc:a,did:plc:b;redact,did:plc:a;redact,did:plc:b", "did:plc:a;redact, did:plc:b;redact"),
    ("did:web:localhost%3A1234;redact", "did:web:localhost%3A1234;redact"),
  ])
  func acceptLabelersIsParsed(_ header: String, _ merged: String) throws {
    #expect(try AcceptedLabelers(header: header).fieldValue == merged)
  }

  @Test(
    arguments: [
      (",", .syntax), ("did:plc:a,", .syntax), (",did:plc:a", .syntax),
      ("did:plc:a,,did:plc:b", .syntax), (";redact", .syntax), ("alice.example.com", .did),
      ("did:plc:a did:plc:b", .did), ("\"did:plc:a\"", .did), ("did:plc:a ;redact", .did),
      ("(did:plc:a)", .did), ("did:PLC:a", .did), ("did:plc:a;redact=?0", .parameter),
      ("did:plc:a;redact=?1", .parameter), ("did:plc:a;redact=1", .parameter),
      ("did:plc:a;Redact", .parameter), ("did:plc:a;hide", .parameter), ("did:plc:a;", .parameter),
      ("did:plc:a; redact ;redact", .parameter), ("did:plc:a;\tredact", .parameter),
      ("did:plc:a;redact did:plc:b", .parameter), ("\u{A0}did:plc:a", .did),
      (String(repeating: " ", count: 8193), .tooLong),
      (Array(repeating: "did:plc:a", count: 101).joined(separator: ","), .tooMany),
    ] as [(String, LabelerHeaderError.Code)]
  )
  func acceptLabelersIsParsedStrictly(_ header: String, _ code: LabelerHeaderError.Code) {
    #expect(throws: LabelerHeaderError(code, "")) { try AcceptedLabelers(header: header) }
  }

  private static func effective(_ lines: [String], maximum: Int = 20) throws -> String {
    var fields = HTTPFields()
    for line in lines {
      fields.append(HTTPField(name: AcceptedLabelers.requestField, value: line))
    }
    return try AcceptedLabelers.effective(fields, followed: [a, b], maximum: maximum).fieldValue
  }

  @Test func emptyMeansNoneAndAbsentMeansDefault() throws {
    #expect(try Self.effective([]) == "did:web:a.example.com;redact, did:plc:abc123;redact")
    #expect(try Self.effective([""]) == "")
    #expect(try Self.effective(["did:plc:abc123"]) == "did:plc:abc123")
    #expect(throws: LabelerHeaderError(.did, "")) { try Self.effective(["everyone"]) }
  }

  @Test func repeatedLabelersMerge() throws {
    let lines = ["did:plc:abc123, did:web:a.example.com", "", "did:plc:abc123;redact"]
    #expect(try Self.effective(lines) == "did:plc:abc123;redact, did:web:a.example.com")
  }

  /// They "should be left out", as the response header shows.
  @Test func labelersThatAreNotFollowedAreLeftOut() throws {
    let header = "did:plc:unknown;redact, did:plc:abc123;redact"
    #expect(try Self.effective([header]) == "did:plc:abc123;redact")
  }

  @Test func numberOfLabelersIsBounded() throws {
    #expect(try Self.effective([], maximum: 1) == "did:web:a.example.com;redact")
    let both = "did:plc:abc123, did:web:a.example.com"
    #expect(try Self.effective([both], maximum: 1) == "did:plc:abc123")
  }

  /// What the client of this package sends is what a service reads.
  @Test func clientAndServiceAgree() throws {
    let labelers = [AcceptedLabeler(Self.a, redacts: true), AcceptedLabeler(Self.b)]
    let header = labelers.map(\.description).joined(separator: ", ")
    #expect(try AcceptedLabelers(header: header).labelers == labelers)
  }
}
