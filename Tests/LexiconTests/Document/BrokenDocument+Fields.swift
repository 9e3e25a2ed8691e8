extension BrokenDocument {
  /// Objects and their properties.
  static let object: [BrokenDocument] = [
    .property(
      #"{"type":"object","properties":[]}"#,
      "3:31: error: 'properties' is an array; expected an object [wrong-type]"
    ),
    .property(
      #"{"type":"object","properties":{"":{"type":"string"}}}"#,
      "3:32: error: a property name must not be empty [bad-property-name]"
    ),
    .property(
      #"{"type":"object","properties":{"$a":{"type":"string"}}}"#,
      "3:32: warning: the property name '$a' begins with '$', which is reserved for future versions of the data model [reserved-name]"
    ),
    .property(
      #"{"type":"object","properties":{"a":"string"}}"#,
      "3:36: error: a property is a string; expected an object [wrong-type]"
    ),
    .property(
      #"{"type":"object","required":["maxlen"],"properties":{"maxLen":{"type":"string"}}}"#,
      "3:30: error: 'required' lists 'maxlen', which is not a property; did you mean 'maxLen'? [unknown-required]"
    ),
    .property(
      #"{"type":"object","required":["zzz"],"properties":{"a":{"type":"string"}}}"#,
      "3:30: error: 'required' lists 'zzz', which is not a property [unknown-required]"
    ),
    .property(
      #"{"type":"object","required":["a","a"],"properties":{"a":{"type":"string"}}}"#,
      "3:34: warning: 'required' lists 'a' more than once [duplicate-item]"
    ),
    .property(
      #"{"type":"object","required":"a","properties":{"a":{"type":"string"}}}"#,
      "3:29: error: 'required' is a string; expected an array of strings [wrong-type]"
    ),
    .property(
      #"{"type":"object","required":[1,null],"properties":{"a":{"type":"string"}}}"#,
      "3:30: error: an element of 'required' is an integer; expected a string [wrong-type]",
      "3:32: error: an element of 'required' is null; expected a string [wrong-type]"
    ),
    .property(
      #"{"type":"object","nullable":["b"],"properties":{"a":{"type":"string"}}}"#,
      "3:30: warning: 'nullable' lists 'b', which is not a property [unknown-nullable]"
    ),
    .property(
      #"{"type":"string","required":true}"#,
      "3:18: warning: 'required' is not a field of a string; list the property in the 'required' of its object [unknown-field]"
    ),
    .property(
      #"{"type":"token"}"#,
      "3:9: error: a property cannot be a token; expected the type boolean, integer, string, bytes, cid-link, blob, array, object, ref, union or unknown [misplaced-type]"
    ),
    .property(
      #"{"type":"record"}"#,
      "3:9: error: a property cannot be a record; expected the type boolean, integer, string, bytes, cid-link, blob, array, object, ref, union or unknown [misplaced-type]"
    ),
    .property(
      #"{"type":"params"}"#,
      "3:9: error: a property cannot be params; expected the type boolean, integer, string, bytes, cid-link, blob, array, object, ref, union or unknown [misplaced-type]"
    ),
    .property(
      #"{"type":"text"}"#,
      "3:9: error: there is no type 'text'; use 'string' [unknown-type]"
    ),
    .property(
      #"{"type":"Integer"}"#,
      "3:9: error: unknown type 'Integer'; did you mean 'integer'? [unknown-type]"
    ),
  ]

  /// Constraints of booleans, integers, strings and bytes.
  static let limits: [BrokenDocument] = [
    .property(
      #"{"type":"boolean","const":true,"default":true}"#,
      "3:42: error: 'default' and 'const' are mutually exclusive; remove one of them [const-and-default]",
      "3:27: note: 'const' is here"
    ),
    .property(
      #"{"type":"boolean","default":"true"}"#,
      "3:29: error: 'default' is a string; expected true or false [wrong-type]"
    ),
    .property(
      #"{"type":"integer","minimum":10,"maximum":5}"#,
      "3:42: error: 'maximum' (5) is less than 'minimum' (10) [contradictory-limits]",
      "3:29: note: 'minimum' is here"
    ),
    .property(
      #"{"type":"integer","minimum":"1"}"#,
      "3:29: error: 'minimum' is a string; expected an integer [wrong-type]"
    ),
    .property(
      #"{"type":"integer","minimum":1.0}"#,
      "3:29: warning: 'minimum' is 1.0; write the integer without a fraction [integer-with-fraction]"
    ),
    .property(
      #"{"type":"integer","maximum":1e3}"#,
      "3:29: error: 'maximum' is the number 1e3; expected an integer [wrong-type]"
    ),
    .property(
      #"{"type":"integer","maximum":9223372036854775808}"#,
      "3:29: error: 9223372036854775808 does not fit in 64 bits [integer-too-large]"
    ),
    .property(
      #"{"type":"integer","minimum":-9223372036854775808}"#
    ),
    .property(
      #"{"type":"integer","minimum":-9223372036854775809}"#,
      "3:29: error: -9223372036854775809 does not fit in 64 bits [integer-too-large]"
    ),
    .property(
      #"{"type":"integer","maximum":5,"default":10}"#,
      "3:41: error: the 'default' 10 is greater than the 'maximum' 5 [default-outside-constraints]"
    ),
    .property(
      #"{"type":"integer","minimum":5,"const":1}"#,
      "3:39: error: the 'const' 1 is less than the 'minimum' 5 [const-outside-constraints]"
    ),
    .property(
      #"{"type":"integer","enum":[]}"#,
      "3:26: error: 'enum' is empty and allows no value; list values or remove it [empty-enum]"
    ),
    .property(
      #"{"type":"integer","enum":[1,1,2]}"#,
      "3:29: warning: 'enum' lists '1' more than once [duplicate-item]"
    ),
    .property(
      #"{"type":"integer","enum":[1,2],"default":3}"#,
      "3:42: error: the 'default' 3 is not in 'enum' [default-outside-constraints]"
    ),
    .property(
      #"{"type":"integer","minimum":2,"enum":[1,2]}"#,
      "3:39: warning: the 'enum' value 1 is less than the 'minimum' 2 [unreachable-value]"
    ),
    .property(
      #"{"type":"integer","minimum":3,"enum":[1]}"#,
      "3:38: error: the other constraints exclude every value of 'enum' [contradictory-limits]",
      "3:39: warning: the 'enum' value 1 is less than the 'minimum' 3 [unreachable-value]"
    ),
    .property(
      #"{"type":"integer","enum":["1"]}"#,
      "3:27: error: an element of 'enum' is a string; expected an integer [wrong-type]"
    ),
    .property(
      #"{"type":"integer","maxLength":3}"#,
      "3:19: warning: 'maxLength' is not a field of an integer [unknown-field]"
    ),
    .property(
      #"{"type":"string","maxLength":-1}"#,
      "3:30: error: 'maxLength' is -1; expected 0 or more [bad-limit]"
    ),
    .property(
      #"{"type":"string","minLength":5,"maxLength":4}"#,
      "3:44: error: 'maxLength' (4) is less than 'minLength' (5) [contradictory-limits]",
      "3:30: note: 'minLength' is here"
    ),
    .property(
      #"{"type":"string","minGraphemes":5,"maxGraphemes":4}"#,
      "3:50: error: 'maxGraphemes' (4) is less than 'minGraphemes' (5) [contradictory-limits]",
      "3:33: note: 'minGraphemes' is here"
    ),
    .property(
      #"{"type":"string","minGraphemes":5,"maxLength":4}"#,
      "3:47: error: 'maxLength' (4) is less than 'minGraphemes' (5) [contradictory-limits]",
      "3:33: note: 'minGraphemes' is here"
    ),
    .property(
      #"{"type":"string","maxLenght":4}"#,
      "3:18: warning: 'maxLenght' is not a field of a string; did you mean 'maxLength'? [unknown-field]"
    ),
    .property(
      #"{"type":"string","maxlength":4}"#,
      "3:18: warning: 'maxlength' is not a field of a string; did you mean 'maxLength'? [unknown-field]"
    ),
    .property(
      #"{"type":"string","maximum":4}"#,
      "3:18: warning: 'maximum' is not a field of a string [unknown-field]"
    ),
    .property(
      #"{"type":"string","enum":[]}"#,
      "3:25: error: 'enum' is empty and allows no value; list values or remove it [empty-enum]"
    ),
    .property(
      #"{"type":"string","enum":["a","bcd"],"maxLength":2}"#,
      "3:30: warning: the 'enum' value 'bcd' has 3 bytes; expected at most 2 [unreachable-value]"
    ),
    .property(
      #"{"type":"string","enum":["abc","bcd"],"maxLength":2}"#,
      "3:25: error: the other constraints exclude every value of 'enum' [contradictory-limits]",
      "3:26: warning: the 'enum' value 'abc' has 3 bytes; expected at most 2 [unreachable-value]",
      "3:32: warning: the 'enum' value 'bcd' has 3 bytes; expected at most 2 [unreachable-value]"
    ),
    .property(
      #"{"type":"string","enum":["a"],"default":"b"}"#,
      "3:41: error: the 'default' 'b' is not in 'enum' [default-outside-constraints]"
    ),
    .property(
      #"{"type":"string","knownValues":["a","a"]}"#,
      "3:37: warning: 'knownValues' lists 'a' more than once [duplicate-item]"
    ),
    .property(
      ##"{"type":"string","knownValues":["#a"]}"##,
      "3:33: warning: '#a' is a local reference; use the full reference 'com.example.a#a' [local-token]"
    ),
    .property(
      #"{"type":"string","knownValues":["abcd"],"maxGraphemes":3}"#,
      "3:33: warning: the 'knownValues' value 'abcd' has 4 graphemes; expected at most 3 [unreachable-value]"
    ),
    .property(
      #"{"type":"string","default":"é","minLength":3}"#,
      "3:28: error: the 'default' 'é' has 2 bytes; expected at least 3 [default-outside-constraints]"
    ),
    .property(
      #"{"type":"string","default":"👨‍👩‍👧","minGraphemes":2}"#,
      #"3:28: error: the 'default' '👨\u{200d}👩\u{200d}👧' has 1 grapheme; expected at least 2 [default-outside-constraints]"#
    ),
    .property(
      #"{"type":"string","const":"a","default":"a"}"#,
      "3:40: error: 'default' and 'const' are mutually exclusive; remove one of them [const-and-default]",
      "3:26: note: 'const' is here"
    ),
    .property(
      #"{"type":"string","const":"abc","maxLength":2}"#,
      "3:26: error: the 'const' 'abc' has 3 bytes; expected at most 2 [const-outside-constraints]"
    ),
    .property(
      #"{"type":"string","format":"date-time"}"#,
      "3:27: error: unknown string format 'date-time'; did you mean 'datetime'? [unknown-format]"
    ),
    .property(
      #"{"type":"string","format":"email"}"#,
      "3:27: error: unknown string format 'email'; expected at-identifier, at-uri, cid, datetime, did, handle, language, nsid, record-key, tid or uri [unknown-format]"
    ),
    .property(
      #"{"type":"string","format":"did","default":"alice"}"#,
      #"3:43: error: the 'default' 'alice' does not match the format 'did': does not begin with "did:" [default-outside-constraints]"#
    ),
    .property(
      #"{"type":"string","format":"tid","maxLength":12}"#,
      "3:45: error: 'maxLength' is 12, but a tid has at least 13 bytes [contradictory-limits]",
      "3:27: note: 'format' is here"
    ),
    .property(
      #"{"type":"string","format":"handle","minLength":300}"#,
      "3:48: error: 'minLength' is 300, but a handle has at most 253 bytes [contradictory-limits]",
      "3:27: note: 'format' is here"
    ),
    .property(
      #"{"type":"bytes","minLength":2,"maxLength":1}"#,
      "3:43: error: 'maxLength' (1) is less than 'minLength' (2) [contradictory-limits]",
      "3:29: note: 'minLength' is here"
    ),
    .property(
      #"{"type":"cid-link","format":"cid"}"#,
      "3:20: warning: 'format' is not a field of a cid-link [unknown-field]"
    ),
    .property(
      #"{"type":"unknown","nullable":true}"#,
      "3:19: warning: 'nullable' is not a field of an unknown; list the property in the 'nullable' of its object [unknown-field]"
    ),
  ]

  /// Arrays, blobs, refs and unions.
  static let containers: [BrokenDocument] = [
    .property(
      #"{"type":"array"}"#,
      "3:1: error: an array must have the field 'items' [missing-field]"
    ),
    .property(
      #"{"type":"array","items":"string"}"#,
      "3:25: error: 'items' is a string; expected an object [wrong-type]"
    ),
    .property(
      #"{"type":"array","items":{"type":"array","items":{"type":"string"}}}"#,
      "3:33: warning: some compilers reject an array as 'items'; define it in 'defs' and use a ref [inline-items]"
    ),
    .property(
      #"{"type":"array","items":{"type":"object","properties":{}}}"#,
      "3:33: warning: some compilers reject an object as 'items'; define it in 'defs' and use a ref [inline-items]"
    ),
    .property(
      #"{"type":"array","items":{"type":"token"}}"#,
      "3:33: error: 'items' cannot be a token; expected the type boolean, integer, string, bytes, cid-link, blob, array, object, ref, union or unknown [misplaced-type]"
    ),
    .property(
      #"{"type":"array","minLength":3,"maxLength":2,"items":{"type":"string"}}"#,
      "3:43: error: 'maxLength' (2) is less than 'minLength' (3) [contradictory-limits]",
      "3:29: note: 'minLength' is here"
    ),
    .property(
      #"{"type":"blob","accept":["*"]}"#,
      "3:26: error: '*' is not a valid MIME type pattern; expected 'type/subtype', 'type/*' or '*/*' [bad-accept]"
    ),
    .property(
      #"{"type":"blob","accept":["text/ht*","image","*/png","a b/c","text/plain; charset=utf-8"]}"#,
      "3:26: error: 'text/ht*' is not a valid MIME type pattern; expected 'type/subtype', 'type/*' or '*/*' [bad-accept]",
      "3:37: error: 'image' is not a valid MIME type pattern; expected 'type/subtype', 'type/*' or '*/*' [bad-accept]",
      "3:45: error: '*/png' is not a valid MIME type pattern; expected 'type/subtype', 'type/*' or '*/*' [bad-accept]",
      "3:53: error: 'a b/c' is not a valid MIME type pattern; expected 'type/subtype', 'type/*' or '*/*' [bad-accept]",
      "3:61: error: 'text/plain; charset=utf-8' is not a valid MIME type pattern; expected 'type/subtype', 'type/*' or '*/*' [bad-accept]"
    ),
    .property(
      #"{"type":"blob","accept":[]}"#,
      "3:1: warning: 'accept' is empty and accepts no blob; remove it to accept any blob [empty-accept]"
    ),
    .property(
      #"{"type":"blob","accept":"image/*"}"#,
      "3:25: error: 'accept' is a string; expected an array of strings [wrong-type]"
    ),
    .property(
      #"{"type":"blob","maxSize":0}"#,
      "3:26: error: 'maxSize' is 0; expected at least 1, because blobs are not empty [bad-limit]"
    ),
    .property(
      #"{"type":"blob","maxSize":1000.0}"#,
      "3:26: warning: 'maxSize' is 1000.0; write the integer without a fraction [integer-with-fraction]"
    ),
    .property(
      #"{"type":"ref"}"#,
      "3:1: error: a ref must have the field 'ref' [missing-field]"
    ),
    .property(
      #"{"type":"ref","ref":"thing"}"#,
      "3:21: error: 'thing' is not a valid reference: has fewer than three segments; did you mean '#thing'? [bad-reference]"
    ),
    .property(
      ##"{"type":"ref","ref":"#"}"##,
      "3:21: error: '#' is not a valid reference: has no name after '#' [bad-reference]"
    ),
    .property(
      #"{"type":"ref","ref":"com.example.a#b#c"}"#,
      "3:21: error: 'com.example.a#b#c' is not a valid reference: has more than one '#' [bad-reference]"
    ),
    .property(
      #"{"type":"ref","ref":"lex:com.example.a"}"#,
      "3:21: error: 'lex:com.example.a' is not a valid reference: remove the prefix 'lex:' [bad-reference]"
    ),
    .property(
      #"{"type":"ref","ref":"Com.example.a#o"}"#,
      "3:21: warning: the domain authority of 'Com.example.a' should be lowercase; write 'com.example.a' [nsid-upper-case]"
    ),
    .property(
      #"{"type":"union"}"#,
      "3:1: error: a union must have the field 'refs' [missing-field]"
    ),
    .property(
      ##"{"type":"union","refs":["#o","com.example.a#o"]}"##,
      "3:30: warning: 'refs' lists 'com.example.a#o' more than once [duplicate-item]"
    ),
    .property(
      #"{"type":"union","refs":[],"closed":true}"#,
      "3:36: error: a closed union must have at least one member in 'refs' [empty-closed-union]"
    ),
    .property(
      #"{"type":"union","refs":[1],"closed":"yes"}"#,
      "3:25: error: an element of 'refs' is an integer; expected a string [wrong-type]",
      "3:37: error: 'closed' is a string; expected true or false [wrong-type]"
    ),
    .property(
      ##"{"type":"union","ref":"#o","refs":[]}"##,
      "3:17: warning: 'ref' is not a field of a union; did you mean 'refs'? [unknown-field]"
    ),
  ]
}
