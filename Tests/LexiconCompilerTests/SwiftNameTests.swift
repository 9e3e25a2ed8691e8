import LexiconCompiler
import Testing

@Suite("Swift names")
struct SwiftNameTests {
  @Test(
    "names become the expected member and type names",
    arguments: [
      ("strongRef", "strongRef", "StrongRef"),
      ("strong-ref", "strongRef", "StrongRef"),
      ("strong_ref.x", "strongRefX", "StrongRefX"),
      ("URLPath", "urlPath", "URLPath"),
      ("URL", "url", "URL"),
      ("aURL", "aURL", "AURL"),
      ("1st", "_1st", "T1st"),
      ("-1", "_1", "T1"),
      ("_x", "x", "X"),
      ("", "empty", "Empty"),
      ("!", "u21", "U21"),
      ("--", "u2Du2D", "U2Du2D"),
      ("\u{1F389}", "u1F389", "U1F389"),
      ("\u{E9}t\u{E9}", "\u{E9}t\u{E9}", "T\u{E9}t\u{E9}"),
      ("in\u{202E}side", "inSide", "InSide"),
      ("default", "default", "Default"),
    ]
  )
  func examples(_ text: String, _ member: String, _ type: String) {
    #expect(SwiftName.member(text) == member)
    #expect(SwiftName.type(text) == type)
  }

  @Test("all scalars kept in names are valid in Swift identifiers")
  func scalars() {
    var illegal: [UInt32] = []
    for value in UInt32(0)...0x10FFFF {
      // A sample is enough for the planes without letters.
      guard value < 0x32000 || value > 0xE0000 && value < 0xE0200 || value > 0x10FF00,
        let scalar = Unicode.Scalar(value)
      else { continue }
      let names = [
        SwiftName.member(String(scalar)), SwiftName.type(String(scalar)),
        SwiftName.member("a\(scalar)b"), SwiftName.member("-\(scalar)"),
      ]
      if !names.allSatisfy(SwiftGrammar.isIdentifier) { illegal.append(value) }
    }
    #expect(illegal == [])
  }

  @Test("any name becomes an identifier of the documented form", arguments: UInt64(0)..<8)
  func form(_ seed: UInt64) {
    var source = NastyNames(seed: seed)
    for name in source.names(500) {
      let member = SwiftName.member(name)
      let type = SwiftName.type(name)
      #expect(SwiftGrammar.isIdentifier(member) && SwiftGrammar.isIdentifier(type), "\(name)")
      #expect(type.utf8.first.map { (0x41...0x5A).contains($0) } == true, "\(name)")
      #expect(member.utf8.first.map { (0x41...0x5A).contains($0) } == false, "\(name)")
      #expect(!member.hasSuffix("_") && !type.hasSuffix("_"), "\(name)")
      let head = Array(member.unicodeScalars.prefix(2))
      #expect(head.count < 2 || head[0] != "_" || !head[1].properties.isXIDStart, "\(name)")
    }
  }

  @Test("names claimed in a scope are distinct and not forbidden", arguments: UInt64(0)..<8)
  func scope(_ seed: UInt64) {
    var source = NastyNames(seed: seed)
    let names = source.names(800)
    for forbidden in [SwiftKeywords.forbiddenMembers, SwiftKeywords.forbiddenCases] {
      var scope = NameScope(forbidden: forbidden)
      var bytes: Set<[UInt8]> = []
      for name in names {
        let claimed = scope.claim(SwiftName.member(name))
        #expect(bytes.insert(Array(claimed.utf8)).inserted, "\(claimed)")
        #expect(!forbidden.contains(claimed), "\(claimed)")
        #expect(SwiftGrammar.isIdentifier(claimed), "\(claimed)")
      }
    }
    var scope = NameScope(forbidden: SwiftKeywords.forbiddenTypes)
    let types = names.map { scope.claim(SwiftName.type($0)) }
    #expect(Set(types).count == names.count)
    #expect(SwiftKeywords.forbiddenTypes.isDisjoint(with: types))
  }

  @Test("reserved words get backticks")
  func keywords() {
    #expect(SwiftKeywords.spelled("default") == "`default`")
    #expect(SwiftKeywords.spelled("text") == "text")
    // Backticks do not help with these, so they must be forbidden everywhere.
    for name in ["self", "Self", "init", "Type", "Protocol"] {
      #expect(SwiftKeywords.forbiddenMembers.contains(name))
      #expect(SwiftKeywords.forbiddenCases.contains(name))
    }
  }
}
