import ATProtoSyntax
import Lexicon
import Testing

@Suite("Definition index")
struct DefinitionIndexTests {
  private static let texts = [
    "a.json": #"""
    {"lexicon":1,"id":"com.example.a","defs":{
    "main":{"type":"record","key":"tid","record":{"type":"object","properties":{
    "x":{"type":"ref","ref":"#view"},"y":{"type":"ref","ref":"com.example.b"},
    "z":{"type":"union","refs":["com.example.a#view","com.example.b#main"]},
    "m":{"type":"string","knownValues":["com.example.b#calm","calm"]}}}},
    "view":{"type":"object","properties":{}}}}
    """#,
    "b.yaml": """
    lexicon: 1
    id: com.example.b
    defs:
      main:
        type: object
        properties:
          v: {type: ref, ref: 'com.example.a#view'}
          w: {type: flaot}
      calm: {type: token}
    """,
    "c.json": #"""
    {"lexicon":1,"id":"com.example.authBasic","defs":{"main":{"type":"permission-set",
    "permissions":[{"type":"permission","resource":"repo","collection":["com.example.a"]}]}}}
    """#,
  ]

  private static let update: IncrementalCheck.Update = {
    var check = IncrementalCheck()
    for (path, text) in texts {
      check.set(path, CatalogFile(SourceFile(path: path, bytes: Array(text.utf8))))
    }
    return check.update()
  }()

  private static let index = DefinitionIndex(update.checked) { update.tree(of: $0) }

  @Test(
    "A text leads to a definition, even if its document has errors",
    arguments: [
      ("#view", "com.example.a", "com.example.a#view a.json:6"),
      ("com.example.b", "com.example.a", "com.example.b b.yaml:4"),
      ("com.example.b#main", "com.example.a", "com.example.b b.yaml:4"),
      ("com.example.b#calm", "com.example.a", "com.example.b#calm b.yaml:9"),
      ("com.Example.b#calm", "com.example.a", "com.example.b#calm b.yaml:9"),
      ("#calm", "com.example.a", nil), ("com.example.b#", "com.example.a", nil),
      ("calm", "com.example.a", nil), ("", "com.example.a", nil),
    ] as [(String, String, String?)]
  )
  func textLeadsToDefinition(_ text: String, _ nsid: String, _ expected: String?) {
    let target = Self.index.target(text, in: nsid)
    #expect(
      target.map { "\($0.id) \($0.location.path):\($0.location.line)" } == expected
    )
    if let target { #expect(Self.index.definition(target) != nil) }
  }

  @Test("The uses of a definition are found in JSON and YAML, with their spelling and range")
  func usesAreFound() throws {
    func uses(_ text: String) throws -> [String] {
      let target = try #require(Self.index.target(text, in: "com.example.a"))
      return try Self.index.uses(of: target).map { site in
        let tree = try #require(Self.update.tree(of: site.location.path))
        #expect(site.range.lowerBound == site.location.offset)
        let spelled = String(decoding: tree.source.bytes[site.range], as: UTF8.self)
        return "\(site.location.path) \(spelled) \(site.kind)\(site.isLocal ? " local" : "")"
      }
    }
    #expect(
      try uses("#view") == [
        ##"a.json "#view" ref local"##, #"a.json "com.example.a#view" member"#,
        "b.yaml 'com.example.a#view' ref",
      ]
    )
    #expect(
      try uses("com.example.b") == [
        #"a.json "com.example.b" ref"#, #"a.json "com.example.b#main" member"#,
      ]
    )
    #expect(try uses("com.example.b#calm") == [#"a.json "com.example.b#calm" token"#])
    #expect(try uses("com.example.a") == [#"c.json "com.example.a" permission"#])
  }
}
