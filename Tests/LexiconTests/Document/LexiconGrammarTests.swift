import Testing

@testable import Lexicon

/// Compares the table of the language with what the document reader accepts.
@Suite("Grammar of the language")
struct LexiconGrammarTests {
  /// A definition at a place with the given keys, as the second line of a document.
  private static func diagnostics(_ keys: [String], _ type: String?, _ place: LexiconGrammar.Place)
    -> [Diagnostic]
  {
    let fields = keys.map { key in
      key == "type" ? #""type":"\#(type ?? "")""# : #""\#(key)":null"#
    }
    let object = "{\(fields.joined(separator: ","))}"
    let method = #""main":{"type":"query","output":{"encoding":"application/json""#
    let definitions =
      switch place {
      case .document: ""
      case .definition: #""main":\#(object)"#
      case .property: #""o":{"type":"object","properties":{"p":\#(object)}}"#
      case .items: #""o":{"type":"array","items":\#(object)}"#
      case .parameters: #""main":{"type":"query","parameters":\#(object)}"#
      case .parameter:
        #""main":{"type":"query","parameters":{"type":"params","properties":{"p":\#(object)}}}"#
      case .parameterItems:
        #""main":{"type":"query","parameters":{"type":"params","properties":{"p":{"type":"array","#
          + #""items":\#(object)}}}}"#
      case .record: #""main":{"type":"record","key":"tid","record":\#(object)}"#
      case .body: #""main":{"type":"query","output":\#(object)}"#
      case .bodySchema: #"\#(method),"schema":\#(object)}}"#
      case .message: #""main":{"type":"subscription","message":\#(object)}"#
      case .messageSchema: #""main":{"type":"subscription","message":{"schema":\#(object)}}"#
      case .permissions: #""main":{"type":"permission-set","permissions":[\#(object)]}"#
      case .error: #"\#(method)},"errors":[\#(object)]}"#
      }
    let text =
      place == .document
      ? object : #"{"lexicon":1,"id":"com.example.x","defs":{\#(definitions)}}"#
    return LexiconDocument.parse(SourceFile(path: "a.json", bytes: Array(text.utf8))).diagnostics
  }

  private static let places: [LexiconGrammar.Place] = [
    .document, .definition, .property, .items, .parameters, .parameter, .parameterItems, .record,
    .body, .bodySchema, .message, .messageSchema, .permissions, .error,
  ]

  private static let rows: [(type: String?, place: LexiconGrammar.Place)] = places.flatMap {
    place in
    let types = LexiconGrammar.types(at: place)
    return types.isEmpty ? [(nil, place)] : types.map { ($0, place) }
  }

  @Test("The reader knows exactly the keys of the table")
  func keysAreKnown() {
    for (type, place) in Self.rows where place != .document {
      let names = LexiconGrammar.keys(ofType: type, at: place).map(\.name)
      #expect(Set(names).count == names.count)
      let found = Self.diagnostics(names, type, place)
      let unknown = found.filter { $0.rule == "unknown-field" && !$0.message.contains("'input'") }
      #expect(unknown == [], "\(type ?? "-") \(place)")
      // Every key is looked at: null is not a valid value of any.
      for name in names where !["type", "resource"].contains(name) && type != "permission" {
        #expect(
          found.contains { $0.rule == "wrong-type" && $0.message.contains("'\(name)'") },
          "\(name) of \(type ?? "-") \(place)"
        )
      }
      if type != "permission" {
        let surplus = Self.diagnostics(names + ["zzz"], type, place)
        #expect(surplus.contains { $0.rule == "unknown-field" }, "\(type ?? "-") \(place)")
      }
    }
  }

  @Test("The reader requires exactly the required keys of the table")
  func requiredKeysAreRequired() {
    for (type, place) in Self.rows where place != .document {
      let keys = LexiconGrammar.keys(ofType: type, at: place)
      let found = Self.diagnostics(type == nil ? [] : ["type"], type, place)
      let missing = found.filter { $0.rule == "missing-field" }
      for key in keys where key.name != "type" && type != "permission" {
        #expect(
          missing.contains { $0.message.hasSuffix("the field '\(key.name)'") } == key.isRequired,
          "\(key.name) of \(type ?? "-") \(place)"
        )
      }
    }
  }

  @Test("Every type and key is described")
  func everythingIsDescribed() {
    for type in LexiconGrammar.allTypes {
      #expect(LexiconGrammar.documentation(ofType: type)?.hasSuffix(".") == true, "\(type)")
    }
    #expect(LexiconGrammar.documentation(ofType: "float") == nil)
    for (type, place) in Self.rows {
      for key in LexiconGrammar.keys(ofType: type, at: place) {
        #expect(key.documentation.hasSuffix("."), "\(key.name)")
      }
    }
    let unknown = LexiconGrammar.keys(ofType: "float", at: .property)
    #expect(unknown.map(\.name) == ["type", "description"])
  }
}
