extension BrokenDocument {
  /// Not well-formed JSON.
  static let json: [BrokenDocument] = [
    .json(
      "",
      "1:1: error: expected a value, found the end of the file [json-syntax]"
    ),
    .json(
      " ",
      "1:2: error: expected a value, found the end of the file [json-syntax]"
    ),
    .json(
      "{",
      "1:2: error: expected a key or '}', found the end of the file [json-syntax]"
    ),
    .json(
      #"{"lexicon":1"#,
      "1:13: error: expected ',' or '}', found the end of the file [json-syntax]"
    ),
    .json(
      #"{"lexicon":1,}"#,
      "1:14: error: expected a key, found '}'; JSON has no trailing commas [json-syntax]"
    ),
    .json(
      "[1,]",
      "1:4: error: expected a value, found ']'; JSON has no trailing commas [json-syntax]"
    ),
    .json(
      "{'lexicon':1}",
      "1:2: error: expected a key or '}', found '''; JSON strings use double quotes [json-syntax]"
    ),
    .json(
      #"{"lexicon":1} x"#,
      "1:15: error: unexpected 'x' after the end of the document [trailing-garbage]"
    ),
    .json(
      #"{"lexicon":1}{}"#,
      "1:14: error: unexpected '{' after the end of the document [trailing-garbage]"
    ),
    .json(
      "// hi\n{}",
      "1:1: error: expected a value, found '/'; JSON has no comments [json-syntax]"
    ),
    .json(
      #"{"lexicon" 1}"#,
      "1:12: error: expected ':', found '1' [json-syntax]"
    ),
    .json(
      #"{"lexicon":1 "id":2}"#,
      #"1:14: error: expected ',' or '}', found '"' [json-syntax]"#
    ),
    .json(
      "{lexicon:1}",
      "1:2: error: expected a key or '}', found 'l' [json-syntax]"
    ),
    .json(
      #"{"a":tru}"#,
      "1:9: error: expected 'true', found '}' [json-syntax]"
    ),
    .json(
      #"{"a":nul}"#,
      "1:9: error: expected 'null', found '}' [json-syntax]"
    ),
    .json(
      #"{"a":+1}"#,
      "1:6: error: expected a value, found '+' [json-syntax]"
    ),
    .json(
      #"{"a":01}"#,
      "1:6: error: a number must not have a leading zero [json-syntax]"
    ),
    .json(
      #"{"a":-}"#,
      "1:7: error: expected a digit, found '}' [json-syntax]"
    ),
    .json(
      #"{"a":1.}"#,
      "1:8: error: expected a digit, found '}' [json-syntax]"
    ),
    .json(
      #"{"a":1e}"#,
      "1:8: error: expected a digit, found '}' [json-syntax]"
    ),
    .json(
      #"{"a":.5}"#,
      "1:6: error: expected a value, found '.' [json-syntax]"
    ),
    .json(
      #"{"a":NaN}"#,
      "1:6: error: expected a value, found 'N' [json-syntax]"
    ),
    .json(
      #"{"a":"x"#,
      "1:6: error: unterminated string; add the closing quotation mark [json-syntax]"
    ),
    .json(
      "{\"a\":\"x\n\"}",
      "1:8: error: unescaped line break in a string (0x0A) [json-syntax]"
    ),
    .json(
      "{\"a\":\"\t\"}",
      "1:7: error: unescaped control character in a string (0x09) [json-syntax]"
    ),
    .json(
      #"{"a":"\x"}"#,
      #"1:7: error: unknown escape sequence '\x' [json-syntax]"#
    ),
    .json(
      #"{"a":"\u12"}"#,
      #"1:11: error: expected four hexadecimal digits, found '"' [json-syntax]"#
    ),
    .json(
      #"{"a":"\u12G4"}"#,
      "1:11: error: expected four hexadecimal digits, found 'G' [json-syntax]"
    ),
    .json(
      #"{"lexicon":1,"x":"\ud800"}"#,
      "1:1: error: a Lexicon document must have the field 'defs' [missing-field]",
      "1:1: error: a Lexicon document must have the field 'id' [missing-field]",
      "1:14: warning: 'x' is not a field of a Lexicon document [unknown-field]",
      #"1:19: error: lone surrogate '\uD800'; write both halves of the pair [lone-surrogate]"#
    ),
    .json(
      #"{"lexicon":1,"x":"\udc00\ud83d\ude00\ud83dx\ud800\u0041"}"#,
      "1:1: error: a Lexicon document must have the field 'defs' [missing-field]",
      "1:1: error: a Lexicon document must have the field 'id' [missing-field]",
      "1:14: warning: 'x' is not a field of a Lexicon document [unknown-field]",
      #"1:19: error: lone surrogate '\uDC00'; write both halves of the pair [lone-surrogate]"#,
      #"1:37: error: lone surrogate '\uD83D'; write both halves of the pair [lone-surrogate]"#,
      #"1:44: error: lone surrogate '\uD800'; write both halves of the pair [lone-surrogate]"#
    ),
    .json(
      #"{"lexicon":1,"id":"a.b.c","id":"a.b.d","id":"a.b.e","defs":{"a":{"type":"token"}}}"#,
      "1:27: error: duplicate key 'id'; remove or rename one of the two [duplicate-key]",
      "1:14: note: first used here",
      "1:40: error: duplicate key 'id'; remove or rename one of the two [duplicate-key]",
      "1:14: note: first used here"
    ),
    .json(
      "{\"é\":\"日本語\",\n\"日本\":\"ü\" x}",
      "2:10: error: expected ',' or '}', found 'x' [json-syntax]"
    ),
  ]

  /// YAML that is refused, or means something else than it seems.
  static let yaml: [BrokenDocument] = [
    .yaml(
      "lexicon: 1\nid: com.example.a\ndefs:\n  a:\n    type: strng\n",
      "5:11: error: unknown type 'strng'; did you mean 'string'? [unknown-type]"
    ),
    .yaml(
      "lexicon: 1\nid: com.example.a\nid: com.example.b\ndefs:\n  a: {type: token}\n",
      "3:1: error: duplicate key 'id'; remove or rename one of the two [duplicate-key]",
      "2:1: note: first used here"
    ),
    .yaml(
      "lexicon: 1\nid: &x com.example.a\ndefs:\n  a: {type: token}\n",
      "2:5: error: YAML anchors and aliases are not supported; repeat the value [yaml-anchor]"
    ),
    .yaml(
      "lexicon: 1\nid: *x\n",
      "2:5: error: YAML anchors and aliases are not supported; repeat the value [yaml-anchor]"
    ),
    .yaml(
      "lexicon: !!int 1\n",
      "1:10: error: YAML tags are not supported; remove the tag [yaml-tag]"
    ),
    .yaml(
      "lexicon: 1\n---\nlexicon: 1\n",
      "2:1: error: expected a single YAML document, found a second one [yaml-documents]"
    ),
    .yaml(
      "lexicon: 1\n  id: 2\n",
      "2:5: error: mapping values are not allowed in this context [yaml-syntax]"
    ),
    .yaml(
      "lexicon: [1\n",
      "2:1: error: did not find expected ',' or ']' [yaml-syntax]",
      "1:10: note: while parsing a flow sequence"
    ),
    .yaml(
      "lexicon: \"1\n",
      "2:1: error: found unexpected end of stream [yaml-syntax]",
      "1:10: note: while scanning a quoted scalar"
    ),
    .yaml(
      "lexicon: 1\n\tid: 2\n",
      "2:1: error: found a tab character that violates indentation [yaml-syntax]",
      "1:10: note: while scanning a plain scalar"
    ),
    .yaml(
      "lexicon: 1\n? [a]\n: b\n",
      "2:3: error: a key must be a plain or quoted string without an anchor or tag [yaml-key]"
    ),
    .yaml(
      "lexicon: 99999999999999999999\n",
      "1:1: error: a Lexicon document must have the field 'defs' [missing-field]",
      "1:1: error: a Lexicon document must have the field 'id' [missing-field]",
      "1:10: error: 99999999999999999999 does not fit in 64 bits [integer-too-large]"
    ),
    .yaml(
      "lexicon: 0x1\nid: com.example.a\ndefs:\n  a: {type: integer, minimum: 0o17, maximum: +20, default: 16.0}\n",
      "4:60: warning: 'default' is 16.0; write the integer without a fraction [integer-with-fraction]"
    ),
    .yaml(
      "lexicon: 1\nid: com.example.a\ndefs:\n  a: {type: boolean, default: yes}\n",
      "4:31: error: 'default' is a string; expected true or false [wrong-type]"
    ),
    .yaml(
      "lexicon: 1\nid: com.example.a\ndefs:\n  a: {type: string, default: no, description: ~}\n",
      "4:47: error: 'description' is null; expected a string [wrong-type]"
    ),
    .yaml(
      "lexicon: 1\nid: com.example.a\ndefs:\n  a: {type: string, enum: [1, \"2\", true, null, 1.5, x]}\n",
      "4:28: error: an element of 'enum' is an integer; expected a string [wrong-type]",
      "4:36: error: an element of 'enum' is a boolean; expected a string [wrong-type]",
      "4:42: error: an element of 'enum' is null; expected a string [wrong-type]",
      "4:48: error: an element of 'enum' is the number 1.5; expected a string [wrong-type]"
    ),
    .yaml(
      "lexicon: 1\nid: com.example.a\ndefs:\n  é: {type: strng}\n  日本語: {type: objct}\n",
      "4:13: error: unknown type 'strng'; did you mean 'string'? [unknown-type]",
      "5:15: error: unknown type 'objct'; did you mean 'object'? [unknown-type]"
    ),
    .yaml(
      "# nothing\n",
      "1:1: note: skipped: the file has no field 'lexicon' [not-a-lexicon]"
    ),
    .yaml(
      "just text\n",
      "1:1: note: skipped: the file has no field 'lexicon' [not-a-lexicon]"
    ),
    .yaml(
      "- 1\n",
      "1:1: note: skipped: the file has no field 'lexicon' [not-a-lexicon]"
    ),
    .yaml(
      "lexicon: 1\nid: \"a\u{7}b\"\n",
      "2:7: error: control characters are not allowed [yaml-syntax]"
    ),
    .yaml(
      "lexicon: \"\\ud800\"\n",
      "1:13: error: found invalid Unicode character escape code [yaml-syntax]",
      "1:10: note: while parsing a quoted scalar"
    ),
  ]
}
