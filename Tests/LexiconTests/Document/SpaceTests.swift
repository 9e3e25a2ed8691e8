import ATProtoData
import ATProtoSyntax
import Lexicon
import Testing

/// Proposal 0016, which the language knows only if a caller asks for it.
@Suite("Permissioned spaces")
struct SpaceTests {
  private static let forum = #"""
    "main":{"type":"space","key":"any","name":"Forum","name:lang":{"es":"Foro"},
    "description":"A place to talk.","collections":["com.example.thread","com.example.reply"]}
    """#
  private static let query = #"""
    "main":{"type":"query","description":"D.","parameters":{"type":"params","required":["space"],
    "properties":{"space":{"type":"string","format":"space-ref"}}}}
    """#

  private static func check(_ definitions: String, _ features: LexiconFeatures = .spaces)
    -> CheckedCatalog
  {
    CheckedCatalog.check(
      [CheckedCatalogTests.file("com.example.forum", definitions)],
      features: features
    )
  }

  @Test("A space type and a reference to a space are valid with the feature")
  func spacesAreValid() throws {
    let checked = Self.check(Self.forum)
    #expect(checked.diagnostics == [])
    let main = try #require(checked.catalog["com.example.forum"]?[definition: "main"])
    guard case .space(let space) = main.kind else {
      Issue.record("not a space")
      return
    }
    #expect(space.name == "Forum" && space.localizedNames.map(\.text) == ["Foro"])
    #expect(space.collections.map(\.value) == ["com.example.thread", "com.example.reply"])
    #expect(space.key.value == .any && main.description == "A place to talk.")
    #expect(main.isPrimary && main.typeName == "space")
    #expect(Self.check(Self.query).diagnostics == [])
  }

  @Test("Without the feature, spaces are errors that name it")
  func spacesAreErrorsWithoutTheFeature() {
    #expect(
      Self.check(Self.forum, []).diagnostics.map(\.message) == [
        "the type 'space' is experimental: proposal 0016 describes it, but not the "
          + "specification"
      ]
    )
    #expect(
      Self.check(Self.query, []).diagnostics.map(\.message) == [
        "the string format 'space-ref' is experimental: proposal 0016 describes it, but not the "
          + "specification"
      ]
    )
  }

  @Test(
    "A space type that breaks the proposal is an error",
    arguments: [
      (#"{"type":"space","key":"any","name":"N"}"#, "a space must have the field 'collections'"),
      (#"{"type":"space","name":"N","collections":[]}"#, "a space must have the field 'key'"),
      (#"{"type":"space","key":"any","collections":[]}"#, "a space must have the field 'name'"),
      (
        #"{"type":"space","key":"any","name":"","collections":[]}"#,
        "'name' has 0 bytes; expected a string of 1 to 64 bytes"
      ),
      (
        #"{"type":"space","key":"any","name":"N","collections":["note"]}"#,
        "'note' is not a valid NSID: has fewer than three segments"
      ),
      (
        #"{"type":"space","key":"bogus","name":"N","collections":[]}"#,
        "unknown record key type 'bogus'; expected 'tid', 'nsid', 'any' or 'literal:…'; "
          + "did you mean 'literal:bogus'?"
      ),
      (
        #"{"type":"space","key":"any","name":"N","collections":[],"record":{}}"#,
        "'record' is not a field of a space"
      ),
    ]
  )
  func brokenSpaceIsReported(_ definition: String, _ message: String) {
    #expect(Self.check(#""main":\#(definition)"#).diagnostics.map(\.message) == [message])
  }

  @Test("A space must be named main, and cannot be referred to")
  func spaceIsPrimary() {
    let named = #""demo":{"type":"space","key":"any","name":"N","collections":[]}"#
    #expect(Self.check(named).diagnostics.map(\.rule) == ["primary-not-main"])
    let referred =
      Self.forum
      + #","o":{"type":"object","properties":{"f":{"type":"ref","ref":"com.example.forum"}}}"#
    #expect(Self.check(referred).diagnostics.map(\.rule) == ["bad-ref-target"])
  }

  @Test(
    "A permission for a space is checked with the feature",
    arguments: [
      (#""spaceType":"com.example.forum","action":["read","create"]"#, []),
      (#""collection":["com.example.note"],"manage":["update"],"authority":"*","skey":"*""#, []),
      (
        #""action":["write"]"#,
        [
          "services ignore this permission: unknown action 'write'; expected 'read_self', 'read', "
            + "'create', 'update' or 'delete'"
        ]
      ),
      (
        #""lxm":["com.example.getNote"]"#,
        ["services ignore this permission: unknown field 'lxm' of a 'space' permission"]
      ),
      (#""collection":[]"#, ["'collection' is empty; expected at least one NSID"]),
    ] as [(String, [String])]
  )
  func permissionIsChecked(_ fields: String, _ messages: [String]) {
    let set =
      #""main":{"type":"permission-set","title":"T","permissions":[{"type":"permission","#
      + #""resource":"space",\#(fields)}]}"#
    #expect(Self.check(set).diagnostics.map(\.message) == messages)
    #expect(Self.check(set, []).diagnostics.contains { $0.message.contains("unknown resource") })
  }

  @Test("Values are validated against the format")
  func referencesAreValidated() {
    let catalog = Self.check(
      #""main":{"type":"object","properties":{"s":{"type":"string","format":"space-ref"}}}"#
    ).catalog
    func rules(_ text: DataValue) -> [String] {
      catalog.validate(["s": text], as: "com.example.forum").map(\.rule)
    }
    #expect(rules("at://did:plc:abc/space/com.example.forum/self") == [])
    #expect(rules("at://did:plc:abc/com.example.forum/self") == ["format"])
  }

  @Test("Changes of a space type are recognized")
  func changesAreRecognized() {
    let other = Self.forum.replacing(#","com.example.reply""#, with: #","com.example.vote""#)
      .replacing("\"Forum\"", with: "\"Board\"").replacing("\"any\"", with: "\"tid\"")
    let changes = Self.check(other).catalog.changes(since: Self.check(Self.forum).catalog)
    #expect(
      changes.map(\.rule.id).sorted() == [
        "description-changed", "permission-added", "permission-removed", "record-key-narrowed",
      ]
    )
  }
}
