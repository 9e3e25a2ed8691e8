import LexiconResolution
import Testing

@Suite struct LexiconErrorTests {
  @Test("temporary failures have exit code 3, those of arguments 2, and others 1")
  func exitCodesFollowFromTheKind() {
    for code in LexiconError.Code.allCases {
      let error = LexiconError(code, "reason")
      switch code {
      case .dnsFailure, .fetchFailed: #expect(error.isTemporary && error.exitCode == 3)
      case .invalidNsid, .manifestInvalid: #expect(!error.isTemporary && error.exitCode == 2)
      default: #expect(!error.isTemporary && error.exitCode == 1)
      }
      // The names are those of the cases.
      #expect(code.rawValue.prefix(1).uppercased() == code.rawValue.prefix(1))
      #expect("\(code)" == code.rawValue.prefix(1).lowercased() + code.rawValue.dropFirst())
    }
  }

  @Test("of several errors, one that is not temporary is reported")
  func permanentErrorsComeFirst() {
    let errors = [LexiconError(.dnsFailure, "a"), .init(.noPds, "b"), .init(.invalidProof, "c")]
    #expect(LexiconError.mostSevere(of: errors)?.code == .noPds)
    #expect(LexiconError.mostSevere(of: errors.prefix(1))?.code == .dnsFailure)
    #expect(LexiconError.mostSevere(of: []) == nil)
  }

  @Test("texts lose characters that control a terminal")
  func textsArePrintable() {
    let error = LexiconError(.noPds, "a\u{1B}[2Jb\nc\u{9B}d", detail: "\u{202E}e\u{0}\u{7F}ü → 🎉")
    #expect(error.reason == "a\u{FFFD}[2Jb\u{FFFD}c\u{FFFD}d")
    #expect(error.detail == "\u{FFFD}e\u{FFFD}\u{FFFD}ü → 🎉")
    #expect(error.description == "\(error.reason) (\(error.detail ?? ""))")
    let long = LexiconError(.noPds, String(repeating: "x", count: 100_000))
    #expect(long.reason.count == 2001 && long.reason.hasSuffix("…"))
  }
}
