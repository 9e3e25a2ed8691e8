import ATProtoData
import ATProtoLabels
import ATProtoSyntax
import ComAtprotoAPI
import Testing

@Suite struct LabelCheckTests {
  struct Change: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var code: LabelError.Code?
    var apply: @Sendable (inout Label) -> Void

    init(
      _ name: String,
      _ code: LabelError.Code?,
      _ apply: @escaping @Sendable (inout Label) -> Void
    ) {
      testDescription = name
      self.code = code
      self.apply = apply
    }
  }

  @Test(arguments: [
    Change("nothing", nil) { _ in },
    Change("an account as the subject", nil) { $0.uri = "did:plc:44ybard66vv44zksje25o7dz" },
    Change("a value of 128 bytes", nil) { $0.val = String(repeating: "x", count: 128) },
    Change("a value that is discouraged", nil) { $0.val = "Ünüsual Välue" },
    Change("no version", .version) { $0.ver = nil },
    Change("version 2", .version) { $0.ver = 2 },
    Change("no signature", .unsigned) { $0.sig = nil },
    Change("a short signature", .signature) { $0.sig = Bytes([1, 2, 3]) },
    Change("a source that is not a DID", .source) { $0.src = "alice.example.com" },
    Change("a web page as the subject", .subject) { $0.uri = "https://example.com/" },
    Change("a handle in the subject", .subject) { $0.uri = "at://alice.example.com/a.b.c/x" },
    Change("a subject that is too long", .subject) {
      $0.uri = FormatString("at://did:web:a.com/a.b.c/" + String(repeating: "x", count: 9000))
    },
    Change("no value", .value) { $0.val = "" },
    Change("a value that is too long", .value) { $0.val = String(repeating: "ü", count: 65) },
    Change("a date without a time", .time) { $0.cts = "2026-01-01" },
    Change("an expiry that is not a time", .time) { $0.exp = "tomorrow" },
    Change("a version that is not a CID", .cid) { $0.cid = "bafy" },
  ])
  func everyFieldIsChecked(_ change: Change) {
    var label = TestLabeler().label()
    change.apply(&label)
    let result = Result { () throws(LabelError) in try label.check() }
    switch result {
    case .success: #expect(change.code == nil)
    case .failure(let error): #expect(error.code == change.code)
    }
  }

  @Test func labelIsActiveUntilItExpires() {
    let labeler = TestLabeler()
    let label = labeler.label(until: Sample.time(10))
    #expect(label.isActive(at: Sample.time(9).instant))
    #expect(!label.isActive(at: Sample.time(10).instant))
    #expect(!labeler.label(isNegation: true).isActive(at: Sample.time(0).instant))
    #expect(labeler.label().isActive(at: Sample.time(1_000_000).instant))
    var malformed = label
    malformed.exp = "never"
    #expect(!malformed.isActive(at: Sample.time(9).instant))
  }

  /// "e" with an accent has two spellings in Unicode, which are equal as Swift strings.
  @Test func keysAreComparedByBytes() {
    let source = TestLabeler().did
    let composed = LabelKey(source: source, subject: Sample.post, value: "\u{E9}")
    let decomposed = LabelKey(source: source, subject: Sample.post, value: "e\u{301}")
    #expect(composed != decomposed && composed.value == decomposed.value)
    #expect(Set([composed, decomposed, composed]).count == 2)
  }
}
