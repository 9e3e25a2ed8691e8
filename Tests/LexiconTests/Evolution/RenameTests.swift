import Lexicon
import Testing

@Suite("Renames")
struct RenameTests {
  private static func record(_ properties: String, _ rest: String = "") -> String {
    #""main":{"type":"record","key":"tid","record":{"type":"object","properties":{\#(properties)}}}"#
      + rest
  }

  private static let datetime = #"{"type":"string","format":"datetime"}"#
  private static let text = #"{"type":"string","maxLength":300}"#
  private static let bare = #"{"type":"string"}"#
  private static let a = ##""a":{"type":"object","properties":{"s":{"type":"string"}}}"##
  private static let b = ##""b":{"type":"object","properties":{"s":{"type":"string"}}}"##
  private static let c = ##""b":{"type":"object","properties":{"s":{"type":"integer"}}}"##

  @Test(
    "A property that was removed and one that was added are renamed if they are alike",
    arguments: [
      (#""createdat":\#(datetime)"#, #""createdAt":\#(datetime)"#, "property-renamed"),
      (#""created_at":\#(datetime)"#, #""createdAt":\#(datetime)"#, "property-renamed"),
      (#""created-at":\#(bare)"#, #""createdAt":\#(bare)"#, "property-renamed"),
      (#""titel":\#(bare)"#, #""title":\#(bare)"#, "property-renamed"),
      // The only pair, with the same constraints.
      (#""body":\#(text)"#, #""content":\#(text)"#, "property-renamed"),
      (
        #""x":{"type":"string"},"titel":\#(bare)"#, #""title":\#(bare),"x":{"type":"string"}"#,
        "property-renamed"
      ),
      // Not alike.
      (#""body":\#(bare)"#, #""content":\#(bare)"#, "property-added property-removed"),
      (#""titel":\#(bare)"#, #""title":\#(text)"#, "property-added property-removed"),
      (#""titel":\#(bare)"#, #""title":{"type":"integer"}"#, "property-added property-removed"),
      (
        #""body":\#(text),"note":\#(text)"#, #""content":\#(text),"remark":\#(text)"#,
        "property-added property-added property-removed property-removed"
      ),
      (
        #""body":\#(text)"#, #""content":\#(text),"remark":\#(text)"#,
        "property-added property-added property-removed"
      ),
      // Both are still there.
      (#""titel":\#(bare)"#, #""titel":\#(bare),"title":\#(bare)"#, "property-added"),
    ]
  )
  func propertyIsRenamed(_ old: String, _ new: String, _ rules: String) {
    let changes = Versions(definitions: Self.record(old), Self.record(new)).changes
    #expect(changes.map(\.rule.id).sorted().joined(separator: " ") == rules)
    let renamed = changes.filter { $0.rule.id == "property-renamed" }
    #expect(renamed.allSatisfy { $0.classification == .breaking && $0.old != nil && $0.new != nil })
  }

  @Test("A rename is reported at the new name, and changed descriptions do not hide it")
  func renameHasItsPlace() throws {
    let changes = Versions(
      definitions: Self.record(#""createdat":{"type":"string","format":"datetime"}"#),
      Self.record(#""createdAt":{"type":"string","format":"datetime","description":"When."}"#)
    ).changes
    #expect(changes.map(\.rule.id) == ["description-changed", "property-renamed"])
    let change = try #require(changes.last)
    #expect(change.path == "/defs/main/record/properties/createdAt")
    #expect(
      change.message
        == "'createdat' was renamed to 'createdAt'; fields cannot be renamed: software "
        + "built for either version misses the value in data of the other, in the record "
        + "com.example.thing"
    )
  }

  @Test("References are followed to decide whether a property was renamed")
  func referencesAreFollowed() {
    let old = Self.record(##""item":{"type":"ref","ref":"#a"}"##, "," + Self.a)
    let same = Self.record(##""entry":{"type":"ref","ref":"#b"}"##, "," + Self.b)
    let other = Self.record(##""entry":{"type":"ref","ref":"#b"}"##, "," + Self.c)
    #expect(
      Set(Versions(definitions: old, same).changes.map(\.rule.id)) == [
        "property-renamed", "definition-renamed", "reference-renamed",
      ]
    )
    #expect(
      !Versions(definitions: old, other).changes.contains { $0.rule.id == "property-renamed" }
    )
  }

  @Test("A required property that was renamed is still a breaking change for everyone")
  func parametersAreRenamed() {
    func method(_ name: String) -> String {
      #""main":{"type":"query","parameters":{"type":"params","required":["\#(name)"],"properties":{"#
        + #""\#(name)":{"type":"string"}}}}"#
    }
    let changes = Versions(definitions: method("actorid"), method("actorId")).changes
    #expect(changes.map { "\($0.rule.id) \($0.classification)" } == ["property-renamed breaking"])
  }

  @Test("A document with the same content and another NSID was renamed")
  func documentIsRenamed() throws {
    func record(_ id: String, _ limit: Int = 9) -> String {
      Versions.document(
        Self.record(##""v":{"type":"ref","ref":"#v"}"##)
          + #","v":{"type":"object","properties":{"s":{"type":"string","maxLength":\#(limit)}}}"#,
        id
      )
    }
    let renamed = Versions([record("com.example.old")], [record("com.example.new")]).changes
    #expect(renamed.map(\.rule.id) == ["document-renamed"])
    let change = try #require(renamed.first)
    #expect(change.nsid == "com.example.old" && change.classification == .breaking)
    #expect(
      change.message.hasPrefix("the document 'com.example.old' was renamed to 'com.example.new'")
    )
    let changed = Versions([record("com.example.old")], [record("com.example.new", 8)])
    #expect(changed.summary == ["document-added compatible", "document-removed breaking"])
    let copied = Versions(
      [record("com.example.old")],
      [record("com.example.old"), record("com.example.new")]
    )
    #expect(copied.summary == ["document-added compatible"])
  }

  @Test("Properties that refer to each other in a circle are compared without recursion")
  func circleOfRenames() {
    func circle(_ prefix: String) -> String {
      let definitions = (0..<100).map { index in
        ##","\##(prefix)\##(index)":{"type":"object","properties":{"\##(prefix)\##(index)":"##
          + ##"{"type":"ref","ref":"#\##(prefix)\##((index + 1) % 100)"}}}"##
      }
      return Self.record(
        ##""item":{"type":"ref","ref":"#\##(prefix)0"}"##,
        definitions.joined()
      )
    }
    let rules = Set(Versions(definitions: circle("a"), circle("b")).changes.map(\.rule.id))
    // A property has the same meaning only if everything that it refers to has the same names.
    #expect(!rules.contains("property-renamed") && rules.contains("property-removed"))
  }

  @Test("Similar properties of many definitions are compared within a limit")
  func similarProperties() {
    func definitions(_ prefix: String) -> String {
      let names = (10..<74).map { "\(prefix)\($0)" }
      let properties = names.map { ##""\##($0)":{"type":"ref","ref":"#\##($0)"}"## }
        .joined(separator: ",")
      let objects = names.map {
        #","\#($0)":{"type":"object","properties":{\#(properties)}}"#
      }
      return Self.record(properties, objects.joined())
    }
    let changes = Versions(definitions: definitions("value"), definitions("Value")).changes
    #expect(changes.contains { $0.rule.id == "property-removed" })
  }

  @Test("Looking for renames among many properties ends")
  func renamesAreBounded() {
    func properties(_ prefix: String) -> String {
      (0..<2_000).map { #""\#(prefix)\#($0)":{"type":"string"}"# }.joined(separator: ",")
    }
    let changes = Versions(
      definitions: Self.record(properties("a")),
      Self.record(properties("b"))
    ).changes
    #expect(changes.count == 4_000)
  }
}
