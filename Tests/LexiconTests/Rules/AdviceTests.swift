import Testing

@testable import Lexicon

/// Cases that the examples of the rules do not cover.
@Suite("Advice rules")
struct AdviceTests {
  struct Row: Sendable, CustomTestStringConvertible {
    var rule: String
    var example: RuleExample
    /// The messages of the rule's findings.
    var expected: [String]

    init(_ rule: String, _ example: RuleExample, _ expected: String...) {
      self.rule = rule
      self.example = example
      self.expected = expected
    }

    var testDescription: String { "\(rule): \(example.documents)" }
  }

  private static let list = #""things":{"type":"array","items":{"type":"unknown"}}"#
  private static let cursor = #""cursor":{"type":"string"}"#
  private static let limit = #""limit":{"type":"integer"}"#

  private static func endpoint(_ name: String, type: String = "query") -> RuleExample {
    .definitions(
      #""main":{"type":"\#(type)","output":{"encoding":"application/json"}}"#,
      of: "com.example.\(name)"
    )
  }

  private static func input(_ name: String, _ fields: String) -> RuleExample {
    .definitions(
      #""main":{"type":"procedure","input":{"encoding":"application/json","schema":{"#
        + #""type":"object","properties":{\#(fields)}}}}"#,
      of: "com.example.\(name)"
    )
  }

  private static func messages(
    _ parameters: String,
    _ messages: [(String, String)]
  ) -> RuleExample {
    let refs = messages.map { "\"#\($0.0)\"" }.joined(separator: ",")
    let objects = messages.map { #","\#($0.0)":{"type":"object","properties":{\#($0.1)}}"# }
    return .definitions(
      #""main":{"type":"subscription","parameters":{"type":"params","properties":{\#(parameters)}},"#
        + #""message":{"schema":{"type":"union","refs":[\#(refs)]}}}"# + objects.joined(),
      of: "com.example.subscribeThings"
    )
  }

  private static func permissions(_ list: String) -> RuleExample {
    RuleExample(
      RuleExample.document(
        #""main":{"type":"permission-set","permissions":[\#(list)]}"#,
        of: "com.example.authBasic"
      ),
      RuleExample.record("").documents[0],
      endpoint("getNote").documents[0],
      RuleExample.document(#""main":{"type":"boolean"}"#, of: "com.example.defs")
    )
  }

  static let pages: [Row] = [
    Row(
      "unpaged-list",
      .query("com.example.listThings", output: list),
      "'listThings' always returns the whole list; add a 'limit' and a 'cursor'"
    ),
    Row(
      "unpaged-list",
      .query("com.example.searchThings", parameters: limit, output: list),
      "'searchThings' takes a 'limit' but no 'cursor'; add one to request the next page"
    ),
    Row("unpaged-list", .query("com.example.getThings", output: list)),
    Row(
      "unpaged-list",
      .query("com.example.searchThingsTypeahead", parameters: limit, output: list)
    ),
    Row("unpaged-list", .query("com.example.listThings", output: #""n":{"type":"integer"}"#)),
    Row("pagination-shape", .query("com.example.getThings", output: list)),
    Row(
      "pagination-shape",
      .query("com.example.getThings", output: cursor + "," + list),
      "the output has a 'cursor', but the query does not take one; add the parameter"
    ),
    Row(
      "pagination-shape",
      .query(parameters: cursor, required: #"["things"]"#, output: cursor + "," + list),
      "the query takes a 'cursor' but no 'limit'; by convention, add one"
    ),
    Row(
      "pagination-shape",
      .query(parameters: limit + "," + cursor, output: cursor + "," + list),
      "'things' is optional; require it, and return an empty array for an empty page"
    ),
    Row(
      "pagination-shape",
      .query(parameters: limit + "," + cursor, output: cursor),
      "the query takes a 'cursor', but its output has no array to page through"
    ),
    // The output and its array are named definitions.
    Row(
      "pagination-shape",
      .definitions(
        #""main":{"type":"query","parameters":{"type":"params","properties":{\#(limit),\#(cursor)}},"#
          + ##""output":{"encoding":"application/json","schema":{"type":"ref","ref":"#page"}}},"##
          + ##""page":{"type":"object","required":["things"],"properties":{\##(cursor),"things":{"##
          + ##""type":"ref","ref":"#list"}}},"list":{"type":"array","items":{"type":"unknown"}}"##,
        of: "com.example.listThings"
      )
    ),
  ]

  @Test("Pagination is checked", arguments: pages)
  func paginationIsChecked(_ row: Row) { check(row) }

  private static let seq = #""seq":{"type":"integer"}"#
  private static let number = #""cursor":{"type":"integer"}"#

  static let streams: [Row] = [
    Row(
      "unsequenced-subscription",
      messages("", [("thing", "")]),
      "the subscription takes no 'cursor' and its messages have no 'seq'; add both"
    ),
    Row("subscription-cursor", messages("", [("thing", "")])),
    Row(
      "subscription-cursor",
      messages("", [("thing", seq)]),
      "the messages have a 'seq', but the subscription takes no 'cursor' to resume from; add one"
    ),
    Row("unsequenced-subscription", messages("", [("thing", seq)])),
    Row(
      "subscription-cursor",
      messages(number, [("thing", seq), ("other", ""), ("info", "")]),
      "'com.example.subscribeThings#other' has no integer 'seq', but other messages do; add one"
    ),
    Row(
      "subscription-cursor",
      messages(number, [("thing", ""), ("other", #""seq":{"type":"string"}"#)]),
      "the subscription takes a 'cursor', but none of its messages has an integer 'seq'; add one"
    ),
    Row("subscription-cursor", messages(number, [("thing", seq), ("info", "")])),
  ]

  @Test("Cursor and sequence numbers of subscriptions are checked", arguments: streams)
  func sequenceIsChecked(_ row: Row) { check(row) }

  static let names: [Row] = [
    Row(
      "endpoint-name",
      endpoint("thingGet"),
      "'thingGet' does not begin with a known verb; did you mean 'getThing'?"
    ),
    Row(
      "endpoint-name",
      endpoint("thingBag", type: "procedure"),
      "'thingBag' does not begin with a known verb, such as 'get' or 'create'"
    ),
    Row(
      "endpoint-name",
      endpoint("list"),
      "'list' is a verb without a noun; add one, as in 'getPost'"
    ),
    Row(
      "endpoint-name",
      endpoint("searchV2"),
      "'searchV2' is a verb without a noun; add one, as in 'getPost'"
    ),
    Row("endpoint-name", endpoint("searchPostsV2")),
    Row("endpoint-name", endpoint("dismissMatch", type: "procedure")),
    Row(
      "endpoint-name",
      endpoint("deleteThing"),
      "'deleteThing' is a query, but 'delete' is a verb for procedures"
    ),
    Row(
      "endpoint-name",
      endpoint("getThing", type: "procedure"),
      "'getThing' is a procedure, but 'get' is a verb for queries"
    ),
    Row(
      "subscription-name",
      .subscription("", "", of: "com.example.subscribeNote"),
      "the subscription 'subscribeNote' should be named 'subscribe' and a plural noun"
    ),
    Row("subscription-name", .subscription("", "", of: "com.example.subscribePeopleV2")),
    Row("subscription-name", .subscription("", "", of: "com.example.subscribeNews")),
    Row(
      "plural-record",
      .definitions(
        #""main":{"type":"record","key":"any","record":{"type":"object","properties":{}}}"#,
        of: "com.example.userSettings"
      ),
      "the record name 'userSettings' looks like a plural; use a singular noun"
    ),
    Row(
      "name-syntax",
      .definitions(
        #""a-b":{"type":"object","properties":{"snake_case":{"type":"boolean"},"1st":{"type":"array","#
          + #""items":{"type":"integer"}},"\#(String(repeating: "n", count: 256))":{"type":"boolean"},"#
          + #""Café":{"type":"boolean"},"fine":{"type":"boolean"}}}"#
      ),
      "the name 'a-b' contains '-'; use ASCII letters and digits",
      "the name 'snake_case' contains '_'; use ASCII letters and digits",
      "the name '1st' begins with a digit; begin it with a letter",
      "the name '\(String(repeating: "n", count: 80))…' has 256 bytes; use at most 255",
      "the name 'Café' contains 'é'; use ASCII letters and digits"
    ),
    Row(
      "name-syntax",
      .query(parameters: #""tag.name":{"type":"string"}"#),
      "the name 'tag.name' contains '.'; use ASCII letters and digits"
    ),
    // One rule reports a name, not two.
    Row(
      "name-casing",
      .definitions(
        #""a-b":{"type":"object","properties":{"snake_case":{"type":"boolean"},"Tag":{"type":"boolean"}}}"#
      ),
      "the name 'Tag' is not in lowerCamelCase"
    ),
    Row(
      "main-in-defs",
      .definitions(#""main":{"type":"string","description":"D."}"#, of: "com.example.note.defs"),
      "'com.example.note.defs' has a definition 'main'; give it a name of its own, or move it into "
        + "another document"
    ),
    Row("main-in-defs", .definitions(#""main":{"type":"string"}"#, of: "com.example.definitions")),
    Row(
      "empty-message",
      messages("", []),
      "the union of the message is empty; list the types of the messages in its 'refs'"
    ),
  ]

  @Test("Names of endpoints and records are checked", arguments: names)
  func namesAreChecked(_ row: Row) { check(row) }

  static let fields: [Row] = [
    Row(
      "atomic-array",
      .definitions(
        ##""o":{"type":"object","properties":{"a":{"type":"array","items":{"type":"ref","ref":"#s"}},"##
          + ##""b":{"type":"array","items":{"type":"ref","ref":"#n"}},"##
          + ##""c":{"type":"array","items":{"type":"ref","ref":"#o"}}}},"##
          + #""s":{"type":"string"},"n":{"type":"integer"}"#
      ),
      "an element of 'a' is a bare string; use an object, which can be extended later",
      "an element of 'b' is a bare integer; use an object, which can be extended later"
    ),
    Row(
      "account-parameter",
      .query(
        parameters:
          #""repo":{"type":"string"},"authors":{"type":"array","items":{"type":"string"}},"#
          + #""account":{"type":"string","knownValues":["me"]},"term":{"type":"string"},"#
          + #""handle":{"type":"string","format":"handle"},"actor":{"type":"integer"}"#
      ),
      "'repo' seems to name an account; give it the format 'at-identifier'",
      "'authors' seems to name an account; give it the format 'at-identifier'",
      "'handle' accepts only a handle; use the format 'at-identifier' to accept a handle or a DID"
    ),
    Row(
      "account-parameter",
      input(
        "muteActor",
        #""actor":{"type":"string"},"subject":{"type":"string","format":"did"},"#
          + #""serviceDid":{"type":"string","format":"did"},"#
          + #""signingKey":{"type":"string","format":"did"},"#
          + #""repo":{"type":"string","format":"at-identifier"}"#
      ),
      "'actor' seems to name an account; give it the format 'at-identifier'",
      "'subject' accepts only a DID; use the format 'at-identifier' to accept a handle or a DID"
    ),
    // A new account has no identifiers yet.
    Row(
      "account-parameter",
      input(
        "createAccount",
        #""did":{"type":"string","format":"did"},"handle":{"type":"string","format":"handle"}"#
      )
    ),
    Row(
      "account-parameter",
      input("updateHandle", #""handle":{"type":"string","format":"handle"}"#)
    ),
  ]

  @Test("Arrays and account parameters are checked", arguments: fields)
  func fieldsAreChecked(_ row: Row) { check(row) }

  static let sets: [Row] = [
    Row("empty-permission-set", permissions(""), "the permission set has no permissions; add one"),
    Row(
      "untitled-permission-set",
      permissions(""),
      "the permission set has no title; add a 'title'"
    ),
    Row(
      "permission-target",
      permissions(
        #"{"type":"permission","resource":"repo","collection":["com.example.note","com.example.notes","#
          + #""com.example.getNote","com.example.defs"]},"#
          + #"{"type":"permission","resource":"rpc","aud":"*","lxm":["com.example.getNote","#
          + #""com.example.getNotes","com.example.note","com.example.defs"]}"#
      ),
      "'collection' lists 'com.example.defs', which is not a record",
      "'collection' lists 'com.example.getNote', which is an endpoint; list it in 'lxm'",
      "'collection' lists 'com.example.notes', but no document defines a record of that name",
      "'lxm' lists 'com.example.defs', which is not an endpoint",
      "'lxm' lists 'com.example.getNotes', but no document defines an endpoint of that name",
      "'lxm' lists 'com.example.note', which is a record; list it in 'collection'"
    ),
    // Another rule reports what services ignore.
    Row(
      "permission-target",
      permissions(#"{"type":"permission","resource":"repo","collection":["org.other.note","*"]}"#)
    ),
  ]

  @Test("Permission sets are checked", arguments: sets)
  func permissionSetsAreChecked(_ row: Row) { check(row) }

  private func check(_ row: Row, sourceLocation: Testing.SourceLocation = #_sourceLocation) {
    let found = RuleTests.findings(row.example.files)
    #expect(found.allSatisfy { $0.severity != .error }, "\(found)", sourceLocation: sourceLocation)
    #expect(
      found.filter { $0.rule == row.rule }.map(\.message) == row.expected,
      sourceLocation: sourceLocation
    )
  }
}
