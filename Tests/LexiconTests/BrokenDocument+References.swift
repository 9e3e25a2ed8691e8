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
      "2:60: error: 'com.example.b' has no definition 'main'; it has 'b' [unresolved-reference]"
    ),
    .documents(
      [
        #""o":{"type":"object","properties":{"a":{"type":"ref","ref":"com.exmaple.b#b"}}}"#,
        #""b":{"type":"string"}"#,
      ],
      "2:60: error: no document 'com.exmaple.b'; did you mean 'com.example.b'? [unresolved-reference]"
    ),
    .documents(
      [#""o":{"type":"object","properties":{"a":{"type":"ref","ref":"org.other.thing"}}}"#],
      "2:60: error: no document 'org.other.thing' [unresolved-reference]"
    ),
    .documents(
      [
        ##""o":{"type":"object","properties":{"a":{"type":"ref","ref":"#t"}}},"t":{"type":"token"}"##
      ],
      "2:60: error: 'com.example.a#t' is of the type 'token'; a ref leads to a definition that has values [bad-ref-target]",
      "2:68: note: 'com.example.a#t' is defined here"
    ),
    .documents(
      [
        #""main":{"type":"query","output":{"encoding":"application/json","schema":{"type":"ref","ref":"com.example.a"}}}"#
      ],
      "2:93: error: 'com.example.a' is of the type 'query'; a ref leads to a definition that has values [bad-ref-target]",
      "2:1: note: 'com.example.a' is defined here"
    ),
    .documents(
      [
        ##""o":{"type":"object","properties":{"a":{"type":"ref","ref":"#u"}}},"u":{"type":"union","refs":[]}"##
      ],
      "2:60: error: 'com.example.a#u' is of the type 'union'; a ref leads to a definition that has values [bad-ref-target]",
      "2:68: note: 'com.example.a#u' is defined here",
      "2:80: error: a union cannot be a definition; write it where it is used, or wrap it in an object [named-type]"
    ),
    .documents(
      [
        ##""o":{"type":"object","properties":{"a":{"type":"union","refs":["#o","#s","#t","com.example.b"]}}},"s":{"type":"string"},"t":{"type":"token"}"##,
        #""main":{"type":"procedure"}"#,
      ],
      "2:69: error: 'com.example.a#s' is of the type 'string'; the members of a union are objects or records [bad-union-member]",
      "2:99: note: 'com.example.a#s' is defined here",
      "2:74: error: 'com.example.a#t' is of the type 'token'; the members of a union are objects or records [bad-union-member]",
      "2:121: note: 'com.example.a#t' is defined here",
      "2:79: error: 'com.example.b' is of the type 'procedure'; the members of a union are objects or records [bad-union-member]",
      "b.json:2:1: note: 'com.example.b' is defined here"
    ),
    .documents(
      [
        ##""main":{"type":"subscription","message":{"schema":{"type":"union","refs":["#m"]}}},"m":{"type":"array","items":{"type":"string"}}"##
      ],
      "2:75: error: 'com.example.a#m' is of the type 'array'; the members of a union are objects or records [bad-union-member]",
      "2:84: note: 'com.example.a#m' is defined here"
    ),
    .documents(
      [
        #""o":{"type":"string","knownValues":["com.example.a#tokn","com.example.a#token","org.other.thing#x"]},"token":{"type":"token"}"#
      ],
      "2:37: warning: no definition 'com.example.a#tokn'; did you mean 'token'? [unresolved-token]"
    ),
    .documents(
      [##""o":{"type":"array","items":{"type":"ref","ref":"#o"}}"##],
      "2:49: error: 'com.example.a#o' is an array of itself [alias-cycle]"
    ),
    .documents(
      [
        #""o":{"type":"array","items":{"type":"ref","ref":"com.example.b#p"}}"#,
        #""p":{"type":"array","items":{"type":"ref","ref":"com.example.a#o"}}"#,
      ],
      "2:49: error: 'com.example.a#o' is an array of itself, by way of 'com.example.b#p' [alias-cycle]",
      "b.json:2:49: note: 'com.example.a#o' is used here"
    ),
    .documents(
      [
        ##""o":{"type":"object","required":["next"],"properties":{"next":{"type":"ref","ref":"#o"}}}"##
      ],
      "2:83: error: 'com.example.a#o' requires itself: no finite value satisfies it [endless-value]"
    ),
    .documents(
      [
        #""o":{"type":"object","required":["x"],"properties":{"x":{"type":"ref","ref":"com.example.b#p"}}}"#,
        #""p":{"type":"object","required":["y"],"properties":{"y":{"type":"array","minLength":1,"items":{"type":"ref","ref":"com.example.a#o"}}}}"#,
      ],
      "2:77: error: 'com.example.a#o' requires itself, by way of 'com.example.b#p': no finite value satisfies it [endless-value]",
      "b.json:2:115: note: 'com.example.a#o' is used here"
    ),
    .documents(
      [
        ##""o":{"type":"object","required":["x"],"properties":{"x":{"type":"union","closed":true,"refs":["#o"]}}}"##
      ],
      "2:95: error: 'com.example.a#o' requires itself: no finite value satisfies it [endless-value]"
    ),
    .documents(
      [
        #""o":{"type":"object","properties":{"a":{"type":"ref","ref":"com.example.b#p"}}}"#,
        #""p":{"type":"object"}"#,
        #""q":{"type":"object","properties":{"a":{"type":"ref","ref":"com.example.a#o"}}}"#,
        #""r":{"type":"string"}"#,
      ],
      "2:60: note: 'com.example.a' is left out with 'com.example.b', which it refers to [depends-on-error]",
      "b.json:2:5: error: an object needs the field 'properties' [missing-field]",
      "c.json:2:60: note: 'com.example.c' is left out with 'com.example.a', which it refers to [depends-on-error]"
    ),
  ]
}
