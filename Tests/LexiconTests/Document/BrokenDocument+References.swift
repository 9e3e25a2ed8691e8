extension BrokenDocument {
  /// References within a document and between documents.
  static let reference: [BrokenDocument] = [
    .documents(
      [
        ##""o":{"type":"object","properties":{"a":{"type":"ref","ref":"#thnig"}}},"thing":{"type":"string"}"##
      ],
      "2:60: error: 'com.example.a' has no definition 'thnig'; did you mean 'thing'? [unresolved-reference]"
    ),
    .documents(
      [
        #""o":{"type":"object","properties":{"a":{"type":"ref","ref":"com.example.b"}}}"#,
        #""b":{"type":"string"}"#,
      ],
      "2:60: error: 'com.example.b' has no definition 'main'; its only definition is 'b' [unresolved-reference]"
    ),
    .documents(
      [
        #""o":{"type":"object","properties":{"a":{"type":"ref","ref":"com.exmaple.b#b"}}}"#,
        #""b":{"type":"string"}"#,
      ],
      "2:60: error: document 'com.exmaple.b' not found; did you mean 'com.example.b'? [unresolved-reference]"
    ),
    .documents(
      [#""o":{"type":"object","properties":{"a":{"type":"ref","ref":"org.other.thing"}}}"#],
      "2:60: error: 1 reference leads to 'org.other.thing', which is not among the inputs, so 1 document cannot be used [missing-namespace]"
    ),
    // A namespace that some document belongs to is not missing.
    .documents(
      [#""o":{"type":"object","properties":{"a":{"type":"ref","ref":"com.example.something"}}}"#],
      "2:60: error: document 'com.example.something' not found [unresolved-reference]"
    ),
    .documents(
      [
        #""o":{"type":"object","properties":{"a":{"type":"ref","ref":"org.other.thing#x"},"b":{"type":"ref","ref":"net.third.a"}}}"#,
        #""p":{"type":"object","properties":{"a":{"type":"ref","ref":"org.other.second"}}}"#,
        #""q":{"type":"object","properties":{"a":{"type":"ref","ref":"com.example.b#p"}}}"#,
      ],
      "2:60: error: 2 references lead to 2 documents of 'org.other', which are not among the inputs, so 3 documents cannot be used [missing-namespace]",
      "b.json:2:60: note: 'org.other.second' is used here",
      "2:105: error: 1 reference leads to 'net.third.a', which is not among the inputs, so 1 document cannot be used [missing-namespace]"
    ),
    .documents(
      [
        ##""o":{"type":"object","properties":{"a":{"type":"ref","ref":"#t"}}},"t":{"type":"token"}"##
      ],
      "2:60: error: 'com.example.a#t' has the type 'token'; a ref must refer to a definition that has values [bad-ref-target]",
      "2:68: note: 'com.example.a#t' is defined here"
    ),
    .documents(
      [
        #""main":{"type":"query","output":{"encoding":"application/json","schema":{"type":"ref","ref":"com.example.a"}}}"#
      ],
      "2:93: error: 'com.example.a' has the type 'query'; a ref must refer to a definition that has values [bad-ref-target]",
      "2:1: note: 'com.example.a' is defined here"
    ),
    .documents(
      [
        ##""o":{"type":"object","properties":{"a":{"type":"ref","ref":"#u"}}},"u":{"type":"union","refs":[]}"##
      ],
      "2:60: error: 'com.example.a#u' has the type 'union'; a ref must refer to a definition that has values [bad-ref-target]",
      "2:68: note: 'com.example.a#u' is defined here",
      "2:80: error: a union cannot be a named definition; use it inline, or wrap it in an object [named-type]"
    ),
    .documents(
      [
        ##""o":{"type":"object","properties":{"a":{"type":"union","refs":["#o","#s","#t","com.example.b"]}}},"s":{"type":"string"},"t":{"type":"token"}"##,
        #""main":{"type":"procedure"}"#,
      ],
      "2:69: error: 'com.example.a#s' has the type 'string'; the members of a union must be objects or records [bad-union-member]",
      "2:99: note: 'com.example.a#s' is defined here",
      "2:74: error: 'com.example.a#t' has the type 'token'; the members of a union must be objects or records [bad-union-member]",
      "2:121: note: 'com.example.a#t' is defined here",
      "2:79: error: 'com.example.b' has the type 'procedure'; the members of a union must be objects or records [bad-union-member]",
      "b.json:2:1: note: 'com.example.b' is defined here"
    ),
    .documents(
      [
        ##""main":{"type":"subscription","message":{"schema":{"type":"union","refs":["#m"]}}},"m":{"type":"array","items":{"type":"string"}}"##
      ],
      "2:75: error: 'com.example.a#m' has the type 'array'; the members of a union must be objects or records [bad-union-member]",
      "2:84: note: 'com.example.a#m' is defined here"
    ),
    .documents(
      [
        #""o":{"type":"string","knownValues":["com.example.a#tokn","com.example.a#token","org.other.thing#x"]},"token":{"type":"token"}"#
      ],
      "2:37: warning: token 'com.example.a#tokn' not found; did you mean 'token'? [unresolved-token]"
    ),
    .documents(
      [##""o":{"type":"array","items":{"type":"ref","ref":"#o"}}"##],
      "2:49: error: 'com.example.a#o' is an array of itself; put an object in between [alias-cycle]"
    ),
    .documents(
      [
        #""o":{"type":"array","items":{"type":"ref","ref":"com.example.b#p"}}"#,
        #""p":{"type":"array","items":{"type":"ref","ref":"com.example.a#o"}}"#,
      ],
      "2:49: error: 'com.example.a#o' is an array of itself through 'com.example.b#p'; put an object in between [alias-cycle]",
      "b.json:2:49: note: 'com.example.a#o' is used here"
    ),
    .documents(
      [
        ##""o":{"type":"object","required":["next"],"properties":{"next":{"type":"ref","ref":"#o"}}}"##
      ],
      "2:83: error: 'com.example.a#o' requires itself, so no finite value is valid; make a property optional [endless-value]"
    ),
    .documents(
      [
        #""o":{"type":"object","required":["x"],"properties":{"x":{"type":"ref","ref":"com.example.b#p"}}}"#,
        #""p":{"type":"object","required":["y"],"properties":{"y":{"type":"array","minLength":1,"items":{"type":"ref","ref":"com.example.a#o"}}}}"#,
      ],
      "2:77: error: 'com.example.a#o' requires itself through 'com.example.b#p', so no finite value is valid; make a property optional [endless-value]",
      "b.json:2:115: note: 'com.example.a#o' is used here"
    ),
    .documents(
      [
        ##""o":{"type":"object","required":["x"],"properties":{"x":{"type":"union","closed":true,"refs":["#o"]}}}"##
      ],
      "2:95: error: 'com.example.a#o' requires itself, so no finite value is valid; make a property optional [endless-value]"
    ),
    .documents(
      [
        #""o":{"type":"object","properties":{"a":{"type":"ref","ref":"com.example.b#p"}}}"#,
        #""p":{"type":"object"}"#,
        #""q":{"type":"object","properties":{"a":{"type":"ref","ref":"com.example.a#o"}}}"#,
        #""r":{"type":"string"}"#,
      ],
      "2:60: note: 'com.example.a' is skipped because it refers to 'com.example.b', which has errors or is skipped itself [depends-on-error]",
      "b.json:2:5: error: an object must have the field 'properties' [missing-field]",
      "c.json:2:60: note: 'com.example.c' is skipped because it refers to 'com.example.a', which has errors or is skipped itself [depends-on-error]"
    ),
  ]
}
