import Testing

@testable import Lexicon

/// What the examples of rules do not show.
@Suite("Advice about documents")
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
      "'listThings' takes neither a 'limit' nor a 'cursor': it answers with all"
    ),
    Row(
      "unpaged-list",
      .query("com.example.searchThings", parameters: limit, output: list),
      "'searchThings' takes a 'limit' and no 'cursor': nobody can ask for the rest"
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
      "the answer has a 'cursor', which the query does not take"
    ),
    Row(
      "pagination-shape",
      .query(parameters: cursor, required: #"["things"]"#, output: cursor + "," + list),
      "the query takes a 'cursor' and no 'limit', which pages by convention have too"
    ),
    Row(
      "pagination-shape",
      .query(parameters: limit + "," + cursor, output: cursor + "," + list),
      "'things' is not required; a page has its array, even an empty one"
    ),
    Row(
      "pagination-shape",
      .query(parameters: limit + "," + cursor, output: cursor),
      "the query takes a 'cursor', but its answer has no array to page through"
    ),
    // The answer and its array are named elsewhere.
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

  @Test("Lists and their pages", arguments: pages)
  func paging(_ row: Row) { check(row) }

  private static let seq = #""seq":{"type":"integer"}"#
  private static let number = #""cursor":{"type":"integer"}"#

  static let streams: [Row] = [
    Row(
      "unsequenced-subscription",
      messages("", [("thing", "")]),
      "the subscription takes no 'cursor', and its messages have no 'seq'"
    ),
    Row("subscription-cursor", messages("", [("thing", "")])),
    Row(
      "subscription-cursor",
      messages("", [("thing", seq)]),
      "the messages have a 'seq', but the subscription takes no 'cursor' to go on from one"
    ),
    Row("unsequenced-subscription", messages("", [("thing", seq)])),
    Row(
      "subscription-cursor",
      messages(number, [("thing", seq), ("other", ""), ("info", "")]),
      "'com.example.subscribeThings#other' has no integer 'seq', which other messages have"
    ),
    Row(
      "subscription-cursor",
      messages(number, [("thing", ""), ("other", #""seq":{"type":"string"}"#)]),
      "the subscription takes a 'cursor', but none of its messages has an integer 'seq'"
    ),
    Row("subscription-cursor", messages(number, [("thing", seq), ("info", "")])),
  ]

  @Test("Streams and their sequence", arguments: streams)
  func sequences(_ row: Row) { check(row) }

  static let names: [Row] = [
    Row(
      "endpoint-name",
      endpoint("thingGet"),
      "'thingGet' begins with no verb that is known here; 'getThing' would"
    ),
    Row(
      "endpoint-name",
      endpoint("thingBag", type: "procedure"),
      "'thingBag' begins with no verb that is known here, as 'getPost' and 'createPost' do"
    ),
    Row("endpoint-name", endpoint("list"), "'list' is a verb without a noun, as 'getPost' has one"),
    Row(
      "endpoint-name",
      endpoint("searchV2"),
      "'searchV2' is a verb without a noun, as 'getPost' has one"
    ),
    Row("endpoint-name", endpoint("searchPostsV2")),
    Row("endpoint-name", endpoint("dismissMatch", type: "procedure")),
    Row(
      "endpoint-name",
      endpoint("deleteThing"),
      "'deleteThing' is a query, but 'delete' is a verb of procedures"
    ),
    Row(
      "endpoint-name",
      endpoint("getThing", type: "procedure"),
      "'getThing' is a procedure, but 'get' is a verb of queries"
    ),
    Row(
      "subscription-name",
      .subscription("", "", of: "com.example.subscribeNote"),
      "the subscription 'subscribeNote' should be named 'subscribe' and a noun in the plural"
    ),
    Row("subscription-name", .subscription("", "", of: "com.example.subscribePeopleV2")),
    Row("subscription-name", .subscription("", "", of: "com.example.subscribeNews")),
    Row(
      "plural-record",
      .definitions(
        #""main":{"type":"record","key":"any","record":{"type":"object","properties":{}}}"#,
        of: "com.example.userSettings"
      ),
      "the record's name 'userSettings' looks like a plural; a record is one thing"
    ),
  ]

  @Test("Names of endpoints and records", arguments: names)
  func naming(_ row: Row) { check(row) }

  static let fields: [Row] = [
    Row(
      "atomic-array",
      .definitions(
        ##""o":{"type":"object","properties":{"a":{"type":"array","items":{"type":"ref","ref":"#s"}},"##
          + ##""b":{"type":"array","items":{"type":"ref","ref":"#n"}},"##
          + ##""c":{"type":"array","items":{"type":"ref","ref":"#o"}}}},"##
          + #""s":{"type":"string"},"n":{"type":"integer"}"#
      ),
      "an element of 'a' is a bare string; an object with one field can grow",
      "an element of 'b' is a bare integer; an object with one field can grow"
    ),
    Row(
      "account-parameter",
      .query(
        parameters:
          #""repo":{"type":"string"},"authors":{"type":"array","items":{"type":"string"}},"#
          + #""account":{"type":"string","knownValues":["me"]},"term":{"type":"string"},"#
          + #""handle":{"type":"string","format":"handle"},"actor":{"type":"integer"}"#
      ),
      "'repo' has no format; by its name it is an account, and 'at-identifier' says so",
      "'authors' has no format; by its name it is an account, and 'at-identifier' says so",
      "'handle' takes a handle only; 'at-identifier' takes a handle or a DID"
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
      "'actor' has no format; by its name it is an account, and 'at-identifier' says so",
      "'subject' takes a DID only; 'at-identifier' takes a handle or a DID"
    ),
    // An account that is to be has its identifiers still to come.
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

  @Test("Fields", arguments: fields)
  func values(_ row: Row) { check(row) }

  static let sets: [Row] = [
    Row("empty-permission-set", permissions(""), "the permission set has no permissions"),
    Row(
      "permission-target",
      permissions(
        #"{"type":"permission","resource":"repo","collection":["com.example.note","com.example.notes","#
          + #""com.example.getNote","com.example.defs"]},"#
          + #"{"type":"permission","resource":"rpc","aud":"*","lxm":["com.example.getNote","#
          + #""com.example.getNotes","com.example.note","com.example.defs"]}"#
      ),
      "'collection' names 'com.example.defs', which is not a record",
      "'collection' names 'com.example.getNote', which is an endpoint",
      "'collection' names 'com.example.notes', but no document defines a record of that name",
      "'lxm' names 'com.example.defs', which is not an endpoint",
      "'lxm' names 'com.example.getNotes', but no document defines an endpoint of that name",
      "'lxm' names 'com.example.note', which is a record"
    ),
    // What services ignore is said once.
    Row(
      "permission-target",
      permissions(#"{"type":"permission","resource":"repo","collection":["org.other.note","*"]}"#)
    ),
  ]

  @Test("Permission sets", arguments: sets)
  func grants(_ row: Row) { check(row) }

  private func check(_ row: Row, sourceLocation: Testing.SourceLocation = #_sourceLocation) {
    let found = RuleTests.findings(row.example.files)
    #expect(found.allSatisfy { $0.severity != .error }, "\(found)", sourceLocation: sourceLocation)
    #expect(
      found.filter { $0.rule == row.rule }.map(\.message) == row.expected,
      sourceLocation: sourceLocation
    )
  }
}
