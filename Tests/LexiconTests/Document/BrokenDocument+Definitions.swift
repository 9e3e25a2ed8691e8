extension BrokenDocument {
  /// The fields of a document.
  static let document: [BrokenDocument] = [
    .document(
      #"{"lexicon":"one","id":"com.example.a","defs":{"a":{"type":"token"}}}"#,
      "1:12: error: 'lexicon' is a string; expected an integer [wrong-type]"
    ),
    .document(
      #"{"lexicon":2,"id":"com.example.a","defs":{"a":{"type":"token"}}}"#,
      "1:12: error: 'lexicon' is 2; the only supported version is 1 [unsupported-version]"
    ),
    .document(
      #"{"lexicon":1.0,"id":"com.example.a","defs":{"a":{"type":"token"}}}"#,
      "1:12: warning: 'lexicon' is 1.0; write the integer without a fraction [integer-with-fraction]"
    ),
    .document(
      #"{"lexicon":1.5,"id":"com.example.a","defs":{"a":{"type":"token"}}}"#,
      "1:12: error: 'lexicon' is the number 1.5; expected an integer [wrong-type]"
    ),
    .document(
      #"{"lexicon":null,"id":"com.example.a","defs":{"a":{"type":"token"}}}"#,
      "1:12: error: 'lexicon' is null; expected an integer [wrong-type]"
    ),
    .document(
      #"{"lexicon":1,"defs":{"a":{"type":"token"}}}"#,
      "1:1: error: a Lexicon document must have the field 'id' [missing-field]"
    ),
    .document(
      #"{"lexicon":1,"id":2,"defs":{"a":{"type":"token"}}}"#,
      "1:19: error: 'id' is an integer; expected a string [wrong-type]"
    ),
    .document(
      #"{"lexicon":1,"id":"one-two-three","defs":{"a":{"type":"token"}}}"#,
      "1:19: error: 'one-two-three' is not a valid NSID: has fewer than three segments [bad-nsid]"
    ),
    .document(
      #"{"lexicon":1,"id":"com.example.3","defs":{"a":{"type":"token"}}}"#,
      "1:19: error: 'com.example.3' is not a valid NSID: the name does not begin with a letter [bad-nsid]"
    ),
    .document(
      #"{"lexicon":1,"id":"Com.Example.a","defs":{"a":{"type":"token"}}}"#,
      "1:19: warning: the domain authority of 'Com.Example.a' should be lowercase; write 'com.example.a' [nsid-upper-case]"
    ),
    .document(
      #"{"lexicon":1,"id":"com.example.a"}"#,
      "1:1: error: a Lexicon document must have the field 'defs' [missing-field]"
    ),
    .document(
      #"{"lexicon":1,"id":"com.example.a","defs":[]}"#,
      "1:42: error: 'defs' is an array; expected an object [wrong-type]"
    ),
    .document(
      #"{"lexicon":1,"id":"com.example.a","defs":{}}"#,
      "1:42: error: 'defs' is empty; a document must have at least one definition [no-definitions]"
    ),
    .document(
      #"{"lexicon":1,"id":"com.example.a","descripton":"x","defs":{"a":{"type":"token"}}}"#,
      "1:35: warning: 'descripton' is not a field of a Lexicon document; did you mean 'description'? [unknown-field]"
    ),
    .document(
      #"{"lexicon":1,"id":"com.example.a","description":7,"defs":{"a":{"type":"token"}}}"#,
      "1:49: error: 'description' is an integer; expected a string [wrong-type]"
    ),
    .document(
      #"{"$type":"com.atproto.lexicon.schema","lexicon":1,"id":"com.example.a","defs":{"a":{"type":"token"}}}"#
    ),
    .document(
      #"{"$type":"com.example.b","lexicon":1,"id":"com.example.a","defs":{"a":{"type":"token"}}}"#,
      "1:10: warning: the '$type' of a Lexicon document can only be 'com.atproto.lexicon.schema' [unknown-field]"
    ),
    .document(
      #"{"id":"com.example.a","defs":{}}"#,
      "1:1: warning: 'com.example.a' is skipped: it has 'id' and 'defs', but no \"lexicon\": 1 "
        + "[missing-version]"
    ),
    .document(
      #"{"id":"not one","defs":{}}"#,
      "1:1: note: skipped: the file has no field 'lexicon' [not-a-lexicon]"
    ),
    .document(
      "[1]",
      "1:1: note: skipped: the file has no field 'lexicon' [not-a-lexicon]"
    ),
  ]

  /// Names and types of definitions.
  static let definition: [BrokenDocument] = [
    .definitions(
      #""a":{}"#,
      "2:5: error: a definition must have the field 'type' [missing-field]"
    ),
    .definitions(
      #""a":7"#,
      "2:5: error: a definition is an integer; expected an object [wrong-type]"
    ),
    .definitions(
      #""a":{"type":7}"#,
      "2:13: error: 'type' is an integer; expected a string [wrong-type]"
    ),
    .definitions(
      #""a":{"type":"strng"}"#,
      "2:13: error: unknown type 'strng'; did you mean 'string'? [unknown-type]"
    ),
    .definitions(
      #""a":{"type":"float"}"#,
      "2:13: error: there is no type 'float', because the data model has no floating-point numbers; use 'integer' (for example, in thousandths) or 'string' [unknown-type]"
    ),
    .definitions(
      ##""a":{"type":"ref","ref":"#b"},"b":{"type":"token"}"##,
      "2:13: error: a ref cannot be a named definition; use it inline, or wrap it in an object [named-type]"
    ),
    .definitions(
      #""a":{"type":"union","refs":[]}"#,
      "2:13: error: a union cannot be a named definition; use it inline, or wrap it in an object [named-type]"
    ),
    .definitions(
      #""a":{"type":"unknown"}"#,
      "2:13: error: an unknown cannot be a named definition; use it inline, or wrap it in an object [named-type]"
    ),
    .definitions(
      #""a":{"type":"params","properties":{}}"#,
      "2:13: error: params cannot be a named definition; they belong in the 'parameters' of a method [named-type]"
    ),
    .definitions(
      #""a":{"type":"permission","resource":"repo"}"#,
      "2:13: error: a permission cannot be a named definition; it belongs in the 'permissions' of a permission set [named-type]"
    ),
    .definitions(
      #""a":{"type":"query"}"#,
      "2:1: error: 'a' is a query, which must be named 'main' [primary-not-main]"
    ),
    .definitions(
      #""main":{"type":"query"},"a":{"type":"procedure"}"#,
      "2:25: error: 'a' is a second primary definition (procedure); a document can only have one [two-primaries]",
      "2:1: note: the first one is 'main'"
    ),
    .definitions(
      #""a":{"type":"query"},"b":{"type":"procedure"}"#,
      "2:1: error: 'a' is a query, which must be named 'main' [primary-not-main]",
      "2:22: error: 'b' is a second primary definition (procedure); a document can only have one [two-primaries]",
      "2:1: note: the first one is 'a'"
    ),
    .definitions(
      #""":{"type":"token"}"#,
      "2:1: error: the definition name '' is empty; use letters and digits [bad-definition-name]"
    ),
    .definitions(
      #""$a":{"type":"token"}"#,
      "2:1: error: the definition name '$a' begins with '$', which is reserved; use letters and digits [bad-definition-name]"
    ),
    .definitions(
      ##""#a":{"type":"token"}"##,
      "2:1: error: the definition name '#a' contains '#'; use letters and digits [bad-definition-name]"
    ),
    .definitions(
      #""a b":{"type":"token"}"#,
      "2:1: error: the definition name 'a b' contains ' '; use letters and digits [bad-definition-name]"
    ),
    .definitions(
      #""a\n":{"type":"token"}"#,
      #"2:1: error: the definition name 'a\u{a}' contains '\u{a}'; use letters and digits [bad-definition-name]"#
    ),
    .definitions(
      #""a":{"type":"token","value":1}"#,
      "2:21: warning: 'value' is not a field of a token [unknown-field]"
    ),
    .definitions(
      #""a":{"type":"token","description":["x"]}"#,
      "2:35: error: 'description' is an array; expected a string [wrong-type]"
    ),
  ]

  /// Records.
  static let record: [BrokenDocument] = [
    .definitions(
      #""main":{"type":"record"}"#,
      "2:8: error: a record must have the field 'key' [missing-field]",
      "2:8: error: a record must have the field 'record' [missing-field]"
    ),
    .definitions(
      #""main":{"type":"record","key":"self","record":{"type":"object","properties":{}}}"#,
      "2:31: error: unknown record key type 'self'; expected 'tid', 'nsid', 'any' or 'literal:…'; did you mean 'literal:self'? [bad-record-key]"
    ),
    .definitions(
      #""main":{"type":"record","key":"tidd","record":{"type":"object","properties":{}}}"#,
      "2:31: error: unknown record key type 'tidd'; expected 'tid', 'nsid', 'any' or 'literal:…'; did you mean 'tid'? [bad-record-key]"
    ),
    .definitions(
      #""main":{"type":"record","key":"literal:","record":{"type":"object","properties":{}}}"#,
      "2:31: error: '' in 'literal:' is not a valid record key: is empty [bad-record-key]"
    ),
    .definitions(
      #""main":{"type":"record","key":"literal:a/b","record":{"type":"object","properties":{}}}"#,
      "2:31: error: 'a/b' in 'literal:a/b' is not a valid record key: '/' is not allowed in a record key [bad-record-key]"
    ),
    .definitions(
      #""main":{"type":"record","key":"a/b","record":{"type":"object","properties":{}}}"#,
      "2:31: error: unknown record key type 'a/b'; expected 'tid', 'nsid', 'any' or 'literal:…' [bad-record-key]"
    ),
    .definitions(
      #""main":{"type":"record","key":7,"record":{"type":"object","properties":{}}}"#,
      "2:31: error: 'key' is an integer; expected a string [wrong-type]"
    ),
    .definitions(
      #""main":{"type":"record","key":"any","record":{"properties":{}}}"#,
      "2:46: error: the 'record' of a record must have the field 'type' [missing-field]"
    ),
    .definitions(
      #""main":{"type":"record","key":"any","record":{"type":"object"}}"#,
      "2:46: error: an object must have the field 'properties' [missing-field]"
    ),
    .definitions(
      ##""main":{"type":"record","key":"any","record":{"type":"ref","ref":"#a"}}"##,
      "2:54: error: the 'record' of a record cannot be a ref; expected the type object [misplaced-type]"
    ),
  ]
}
