import Lexicon
import Testing

/// Changes to one property in the three data flows.
///
/// The last column has the class of each change in shared data, requests, and responses: breaking,
/// note, or compatible, by its first letter.
@Suite("Evolution of properties")
struct PropertyEvolutionTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var old: String
    var new: String
    var rules: [String]
    var classes: String

    init(_ old: String, _ new: String, _ rules: String, _ classes: String) {
      self.old = old.isEmpty ? "" : Self.expand(old)
      self.new = new.isEmpty ? "" : Self.expand(new)
      self.rules = rules.split(separator: " ").map(String.init).sorted()
      self.classes = classes
    }

    /// `string maxLength=3 !` is short for JSON.
    private static func expand(_ text: String) -> String {
      var marks = ""
      var fields: [String] = []
      for (position, word) in text.split(separator: " ").enumerated() {
        if word == "!" || word == "?" {
          marks += word
        } else if position == 0 {
          fields.append(#""type":"\#(word)""#)
        } else if let equals = word.firstIndex(of: "=") {
          fields.append("\"\(word[..<equals])\":\(word[word.index(after: equals)...])")
        }
      }
      return "{\(fields.joined(separator: ","))}\(marks)"
    }

    var testDescription: String { "\(old) -> \(new)" }
  }

  static let a = #""com.example.other#a""#
  static let b = #""com.example.other#b""#

  static let cases: [Case] = [
    Case("", "string", "property-added", "ccc"),
    Case("", "string !", "required-property-added", "bbc"),
    Case("string", "", "property-removed", "nnn"),
    Case("string !", "", "required-property-removed", "bnb"),
    Case("string", "string !", "property-required", "bbc"),
    Case("string !", "string", "property-optional", "bcb"),
    Case("string", "string ?", "null-allowed", "bcb"),
    Case("string ?", "string", "null-disallowed", "bbc"),
    Case("string", #"string description="x""#, "description-changed", "ccc"),

    Case("boolean", "boolean const=true", "const-added", "bbc"),
    Case("boolean const=true", "boolean", "const-removed", "bcb"),
    Case("boolean const=true", "boolean const=false", "const-changed", "bbb"),
    Case("boolean default=true", "boolean default=false", "default-changed", "bnn"),
    Case("boolean", "boolean default=false", "default-changed", "bnn"),

    Case("integer", "integer minimum=1", "integer-range-narrowed", "bbc"),
    Case("integer maximum=9", "integer maximum=8", "integer-range-narrowed", "bbc"),
    Case("integer minimum=1", "integer minimum=0", "integer-range-widened", "bcb"),
    Case("integer maximum=9", "integer", "integer-range-widened", "bcb"),
    Case(
      "integer minimum=1 maximum=9",
      "integer minimum=2 maximum=10",
      "integer-range-changed",
      "bbb"
    ),
    Case("integer", "integer enum=[1,2]", "enum-added", "bbc"),
    Case("integer enum=[1,2]", "integer", "enum-removed", "bcb"),
    Case("integer enum=[1,2]", "integer enum=[1,2,3]", "enum-value-added", "bcb"),
    Case("integer enum=[1,2]", "integer enum=[2]", "enum-value-removed", "bbc"),
    Case("integer enum=[1]", "integer const=1", "", ""),
    Case("integer const=1", "integer enum=[1,2]", "enum-value-added", "bcb"),
    Case("integer const=1", "integer const=2", "const-changed", "bbb"),
    Case("integer default=1", "integer", "default-changed", "bnn"),

    Case("string", "string maxLength=9", "string-length-narrowed", "bbc"),
    Case("string minLength=3", "string minLength=2", "string-length-widened", "bcb"),
    Case("string minLength=0", "string", "", ""),
    Case(
      "string minLength=3 maxLength=9",
      "string minLength=2 maxLength=8",
      "string-length-changed",
      "bbb"
    ),
    Case("string maxGraphemes=9", "string maxGraphemes=8", "string-graphemes-narrowed", "bbc"),
    Case("string maxGraphemes=9", "string maxGraphemes=10", "string-graphemes-widened", "bcb"),
    Case(
      "string minGraphemes=1 maxGraphemes=9",
      "string minGraphemes=2 maxGraphemes=10",
      "string-graphemes-changed",
      "bbb"
    ),
    Case(#"string enum=["a"]"#, #"string enum=["a","b"]"#, "enum-value-added", "bcb"),
    Case(#"string enum=["a","b"]"#, #"string enum=["b","a"]"#, "", ""),
    Case(
      #"string enum=["a"]"#,
      #"string enum=["b"]"#,
      "enum-value-added enum-value-removed",
      "bbb"
    ),
    Case(
      #"string enum=["a"]"#,
      #"string knownValues=["a"]"#,
      "enum-removed known-value-added",
      "bcb"
    ),
    Case(
      #"string knownValues=["a"]"#,
      #"string knownValues=["a","b"]"#,
      "known-value-added",
      "ccc"
    ),
    Case(
      #"string knownValues=["a","b"]"#,
      #"string knownValues=["a"]"#,
      "known-value-removed",
      "nnn"
    ),
    Case("string", #"string const="a""#, "const-added", "bbc"),
    Case("string", #"string format="did""#, "format-narrowed", "bbc"),
    Case(#"string format="did""#, "string", "format-widened", "bcb"),
    Case(#"string format="at-identifier""#, #"string format="did""#, "format-narrowed", "bbc"),
    Case(#"string format="handle""#, #"string format="at-identifier""#, "format-widened", "bcb"),
    Case(#"string format="tid""#, #"string format="record-key""#, "format-widened", "bcb"),
    Case(#"string format="did""#, #"string format="handle""#, "format-changed", "bbb"),

    Case("bytes", "bytes maxLength=9", "bytes-length-narrowed", "bbc"),
    Case("bytes minLength=2", "bytes", "bytes-length-widened", "bcb"),
    Case(
      "bytes minLength=2 maxLength=4",
      "bytes minLength=1 maxLength=3",
      "bytes-length-changed",
      "bbb"
    ),
    Case("blob", "blob maxSize=9", "blob-size-narrowed", "bbc"),
    Case("blob maxSize=9", "blob maxSize=10", "blob-size-widened", "bcb"),
    Case("blob", #"blob accept=["image/*"]"#, "blob-types-narrowed", "bbc"),
    Case("blob", #"blob accept=["*/*"]"#, "", ""),
    Case(#"blob accept=["image/png"]"#, #"blob accept=["image/*"]"#, "blob-types-widened", "bcb"),
    Case(
      #"blob accept=["image/png"]"#,
      #"blob accept=["image/jpeg"]"#,
      "blob-types-changed",
      "bbb"
    ),
    Case(
      #"array items={"type":"string"}"#,
      #"array items={"type":"string"} maxLength=9"#,
      "array-length-narrowed",
      "bbc"
    ),
    Case(
      #"array items={"type":"string"} minLength=1"#,
      #"array items={"type":"string"}"#,
      "array-length-widened",
      "bcb"
    ),
    Case(
      #"array items={"type":"string"} minLength=1 maxLength=3"#,
      #"array items={"type":"string"} minLength=2 maxLength=4"#,
      "array-length-changed",
      "bbb"
    ),
    Case(
      #"array items={"type":"string"}"#,
      #"array items={"type":"string","maxLength":9}"#,
      "string-length-narrowed",
      "bbc"
    ),
    Case(
      #"array items={"type":"string"}"#,
      #"array items={"type":"integer"}"#,
      "type-changed",
      "bbb"
    ),

    Case("string", "integer", "type-changed", "bbb"),
    Case("cid-link", "string", "type-changed", "bbb"),
    Case("ref ref=\(a)", "unknown", "type-opened", "bnb"),
    Case("union refs=[\(a)]", "unknown", "type-opened", "bnb"),
    Case("unknown", "ref ref=\(a)", "type-restricted", "bbn"),
    Case("ref ref=\(a)", #"ref ref="com.example.other#same""#, "reference-renamed", "nnn"),
    Case(
      "ref ref=\(a)",
      "ref ref=\(b)",
      "reference-renamed property-added property-removed",
      "nnn"
    ),
    Case(
      "ref ref=\(a)",
      #"object properties={"s":{"type":"string"}}"#,
      "",
      ""
    ),
    Case(#"object properties={"s":{"type":"string"}}"#, "ref ref=\(a)", "", ""),
    Case(#"ref ref="com.example.other#text""#, "string maxLength=10", "", ""),
    Case(
      #"string maxLength=10"#,
      #"ref ref="com.example.other#text""#,
      "",
      ""
    ),
    Case(
      #"string maxLength=11"#,
      #"ref ref="com.example.other#text""#,
      "string-length-narrowed",
      "bbc"
    ),
    Case("ref ref=\(a)", #"ref ref="com.elsewhere.thing""#, "reference-changed", "bbb"),
    Case(#"ref ref="com.elsewhere.thing""#, #"ref ref="com.elsewhere.thing""#, "", ""),

    Case("union refs=[\(a)]", "union refs=[\(a),\(b)]", "union-member-added", "ncn"),
    Case("union refs=[\(a),\(b)]", "union refs=[\(a)]", "union-member-removed", "bbb"),
    Case("union refs=[\(a),\(b)]", "union refs=[\(b),\(a)]", "", ""),
    Case(
      "union refs=[\(a)] closed=true",
      "union refs=[\(a),\(b)] closed=true",
      "closed-union-member-added",
      "bcb"
    ),
    Case(
      "union refs=[\(a),\(b)] closed=true",
      "union refs=[\(b)] closed=true",
      "closed-union-member-removed",
      "bbc"
    ),
    Case("union refs=[\(a)] closed=true", "union refs=[\(a)]", "union-opened", "bcb"),
    Case("union refs=[\(a)]", "union refs=[\(a)] closed=true", "union-closed", "bbc"),
    Case("union refs=[\(a)]", "ref ref=\(a)", "type-changed", "bbb"),
  ]

  @Test(
    "A change of a property has its rule and its class in each data flow",
    arguments: cases
  )
  func changeHasClass(_ test: Case) {
    for (position, flow) in DataFlow.allCases.enumerated() {
      let versions = Versions.property(test.old, test.new, in: flow)
      #expect(versions.errors.map(\.description) == [])
      let changes = versions.changes
      #expect(changes.map(\.rule.id).sorted() == test.rules, "\(flow)")
      let worst = changes.map(\.classification).max().map { String($0.rawValue.prefix(1)) } ?? ""
      let expected = test.classes.dropFirst(position).prefix(1)
      #expect(worst == expected, "\(flow)")
      for change in changes {
        #expect(change.uses.map(\.flow) == [flow], "\(change.uses)")
        #expect(change.message.contains("; "))
        #expect(change.old != nil || change.rule.id.hasSuffix("-added"))
        #expect(change.new?.path.hasPrefix("new/") != false)
        #expect(change.old?.path.hasPrefix("old/") != false)
      }
    }
  }

  @Test("A version compared with itself has no changes", arguments: cases)
  func sameVersionHasNoChanges(_ test: Case) {
    for version in [test.old, test.new] {
      #expect(Versions.property(version, version, in: .shared).changes == [])
    }
  }

  @Test("The message states the change and its consequence in each data flow")
  func messageStatesConsequence() {
    let old = #"{"type":"string","maxLength":300}"#
    let new = #"{"type":"string","maxLength":200}"#
    let expected: [(DataFlow, String)] = [
      (
        .shared,
        "existing data may no longer be valid, in the record com.example.thing"
      ),
      (
        .request,
        "a request that was valid before may be rejected, in the input of com.example.thing"
      ),
      (.response, "every response was already valid before, in the output of com.example.thing"),
    ]
    for (flow, consequence) in expected {
      let changes = Versions.property(old, new, in: flow).changes
      #expect(
        changes.map(\.message) == [
          "'x' could have at most 300 bytes and can now have at most 200 bytes; \(consequence)"
        ]
      )
    }
    #expect(
      Versions.property(old, new, in: .shared).changes.map(\.path) == [
        "/defs/main/record/properties/x"
      ]
    )
  }
}
