// Examples for the rules of the language.
extension RuleExample {
  /// A document with which nothing is wrong.
  static let sound = named("com.example.defs")

  static let soundYAML = yaml(
    "lexicon: 1\nid: com.example.defs\ndefs:\n  example:\n    type: boolean\n"
  )

  /// Documents of these names.
  static func named(_ ids: String...) -> RuleExample {
    RuleExample(ids.map { document(#""example":{"type":"boolean"}"#, of: $0) })
  }

  /// An object with the given properties, named `example`.
  static func object(_ properties: String, _ rest: String = "") -> RuleExample {
    definition(#"{"type":"object","properties":{\#(properties)}\#(rest)}"#)
  }

  /// A procedure with the given fields.
  static func procedure(_ fields: String) -> RuleExample {
    definitions(
      #""main":{"type":"procedure","description":"Adds a note.",\#(fields)}"#,
      of: "com.example.addNote"
    )
  }

  /// A record with the given record key type.
  static func recordKey(_ key: String) -> RuleExample {
    definitions(record(key: key))
  }

  /// A permission set with one permission, beside the record `com.example.note`.
  static func permission(_ fields: String, _ rest: String = "") -> RuleExample {
    RuleExample(
      document(
        #""main":{"type":"permission-set","title":"Notes","description":"Notes.","#
          + #""permissions":[{"type":"permission",\#(fields)}]\#(rest)}"#,
        of: "com.example.authBasic"
      ),
      document(record(key: "tid"), of: "com.example.note")
    )
  }

  private static func record(key: String) -> String {
    #""main":{"type":"record","description":"A note.","key":"\#(key)","record":{"#
      + #""type":"object","properties":{}}}"#
  }
}
