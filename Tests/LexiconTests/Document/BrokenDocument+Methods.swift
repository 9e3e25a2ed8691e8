extension BrokenDocument {
  /// Queries, procedures and subscriptions.
  static let method: [BrokenDocument] = [
    .definitions(
      #""main":{"type":"query","input":{"encoding":"application/json"}}"#,
      "2:32: error: a query cannot have an 'input'; use 'parameters', or make it a procedure [query-input]"
    ),
    .definitions(
      #""main":{"type":"query","parameters":{"properties":{}}}"#,
      "2:37: error: 'parameters' must have the field 'type' [missing-field]"
    ),
    .definitions(
      #""main":{"type":"query","parameters":{"type":"object","properties":{}}}"#,
      "2:45: error: 'parameters' must have the type 'params', not 'object' [misplaced-type]"
    ),
    .definitions(
      #""main":{"type":"query","parameters":{"type":"params"}}"#,
      "2:37: warning: params should have the field 'properties' [missing-field]"
    ),
    .definitions(
      #""main":{"type":"query","parameters":{"type":"params","required":["b"],"properties":{"a":{"type":"string"}}}}"#,
      "2:66: error: 'required' lists 'b', which is not a property [unknown-required]"
    ),
    .definitions(
      #""main":{"type":"query","parameters":{"type":"params","nullable":["a"],"properties":{"a":{"type":"string"}}}}"#,
      "2:54: warning: 'nullable' is not a field of params [unknown-field]"
    ),
    .definitions(
      ##""main":{"type":"query","parameters":{"type":"params","properties":{"a":{"type":"unknown"},"b":{"type":"ref","ref":"#c"},"c":{"type":"object","properties":{}}}}}"##,
      "2:80: error: a parameter cannot be an unknown; expected the type boolean, integer, string or array [misplaced-type]",
      "2:103: error: a parameter cannot be a ref; expected the type boolean, integer, string or array [misplaced-type]",
      "2:133: error: a parameter cannot be an object; expected the type boolean, integer, string or array [misplaced-type]"
    ),
    .definitions(
      #""main":{"type":"query","parameters":{"type":"params","properties":{"a":{"type":"array","items":{"type":"bytes"}}}}}"#,
      "2:104: error: the 'items' of a parameter cannot be bytes; expected the type boolean, integer or string [misplaced-type]"
    ),
    .definitions(
      #""main":{"type":"query","output":{}}"#,
      "2:33: error: 'output' must have the field 'encoding' [missing-field]"
    ),
    .definitions(
      #""main":{"type":"query","output":{"encoding":["application/json"]}}"#,
      "2:45: error: 'encoding' is an array; expected a string [wrong-type]"
    ),
    .definitions(
      #""main":{"type":"query","output":{"encoding":"json"}}"#,
      "2:45: error: 'json' is not a valid MIME type; expected one such as 'application/json' [bad-encoding]"
    ),
    .definitions(
      #""main":{"type":"query","output":{"encoding":"text/plain; charset=utf-8"}}"#,
      "2:45: warning: 'text/plain; charset=utf-8' has parameters; use the MIME type alone [encoding-parameters]"
    ),
    .definitions(
      #""main":{"type":"query","output":{"encoding":"text/plain","schema":{"type":"object","properties":{}}}}"#,
      "2:67: warning: a schema can only describe a JSON body, but the 'encoding' is 'text/plain' [schema-without-json]"
    ),
    .definitions(
      #""main":{"type":"query","output":{"encoding":"application/json","schema":{"type":"array","items":{"type":"string"}}}}"#,
      "2:81: error: the 'schema' of a body cannot be an array; expected the type object, ref or union [misplaced-type]"
    ),
    .definitions(
      #""main":{"type":"query","output":{"encoding":"*/*"}}"#
    ),
    .definitions(
      #""main":{"type":"query","errors":{"name":"A"}}"#,
      "2:33: error: 'errors' is an object; expected an array of objects [wrong-type]"
    ),
    .definitions(
      #""main":{"type":"query","errors":["A"]}"#,
      "2:34: error: an element of 'errors' is a string; expected an object [wrong-type]"
    ),
    .definitions(
      #""main":{"type":"query","errors":[{"description":"x"}]}"#,
      "2:34: error: an error must have the field 'name' [missing-field]"
    ),
    .definitions(
      #""main":{"type":"query","errors":[{"name":"A b"},{"name":""},{"name":"C"},{"name":"C"}]}"#,
      "2:42: error: the error name 'A b' contains white space; use a name such as 'NotFound' [bad-error-name]",
      "2:57: error: the error name '' is empty; use a name such as 'NotFound' [bad-error-name]",
      "2:82: warning: 'errors' lists 'C' more than once [duplicate-item]"
    ),
    .definitions(
      #""main":{"type":"procedure","inputs":{"encoding":"application/json"}}"#,
      "2:28: warning: 'inputs' is not a field of a procedure; did you mean 'input'? [unknown-field]"
    ),
    .definitions(
      #""main":{"type":"subscription"}"#,
      "2:8: error: a subscription must have the field 'message' [missing-field]"
    ),
    .definitions(
      #""main":{"type":"subscription","message":{}}"#,
      "2:41: error: 'message' must have the field 'schema' [missing-field]"
    ),
    .definitions(
      #""main":{"type":"subscription","message":{"schema":{"type":"object","properties":{}}}}"#,
      "2:59: error: the 'schema' of a message cannot be an object; expected the type union [misplaced-type]"
    ),
    .definitions(
      #""main":{"type":"subscription","message":{"encoding":"application/json","schema":{"type":"union","refs":[]}}}"#,
      "2:42: warning: 'encoding' is not a field of 'message' [unknown-field]"
    ),
  ]

  /// The `permissions` of a permission set.
  static let permission: [BrokenDocument] = [
    .permissions(
      "[]"
    ),
    .permissions(
      "{}",
      "3:1: error: 'permissions' is an object; expected an array of permissions [wrong-type]"
    ),
    .permissions(
      "[1]",
      "3:2: error: an element of 'permissions' is an integer; expected an object [wrong-type]"
    ),
    .permissions(
      "[{}]",
      "3:2: error: a permission must have the field 'resource' [missing-field]",
      "3:2: error: a permission must have the field 'type' [missing-field]"
    ),
    .permissions(
      #"[{"type":"permissions","resource":""}]"#,
      "3:10: error: an element of 'permissions' must have the type 'permission', not 'permissions' [misplaced-type]",
      "3:35: error: 'resource' is empty; expected 'repo' or 'rpc' [bad-resource]"
    ),
    .permissions(
      #"[{"type":"permission","resource":"repo"}]"#,
      "3:2: error: a 'repo' permission must have the field 'collection' [missing-field]"
    ),
    .permissions(
      #"[{"type":"permission","resource":"repo","collection":[]}]"#,
      "3:54: error: 'collection' is empty; expected at least one NSID [empty-list]"
    ),
    .permissions(
      #"[{"type":"permission","resource":"repo","collection":"com.example.b"}]"#,
      "3:54: error: 'collection' is a string; expected an array of strings [wrong-type]"
    ),
    .permissions(
      #"[{"type":"permission","resource":"repo","collection":["*"]}]"#,
      "3:55: warning: services ignore this permission: '*' is not allowed in the 'collection' of a permission set [ineffective-permission]"
    ),
    .permissions(
      #"[{"type":"permission","resource":"repo","collection":["com.example"]}]"#,
      "3:55: error: 'com.example' is not a valid NSID: has fewer than three segments [bad-nsid]"
    ),
    .permissions(
      #"[{"type":"permission","resource":"repo","collection":["com.example.b","com.example.b"]}]"#,
      "3:71: warning: 'collection' lists 'com.example.b' more than once [duplicate-item]"
    ),
    .permissions(
      #"[{"type":"permission","resource":"repo","collection":["com.other.b"]}]"#,
      "3:55: warning: services ignore this permission: 'com.other.b' is outside the namespace 'com.example.*' of the set [ineffective-permission]"
    ),
    .permissions(
      #"[{"type":"permission","resource":"repo","collection":["com.example.b"],"action":["put"]}]"#,
      "3:82: warning: services ignore this permission: unknown action 'put'; expected 'create', 'update' or 'delete' [ineffective-permission]"
    ),
    .permissions(
      #"[{"type":"permission","resource":"repo","collection":["com.example.b"],"actions":["create"]}]"#,
      "3:72: warning: services ignore this permission: unknown field 'actions' of a 'repo' permission; did you mean 'action'? [ineffective-permission]"
    ),
    .permissions(
      #"[{"type":"permission","resource":"rpc","lxm":["com.example.b"]}]"#,
      "3:2: error: an 'rpc' permission must have the field 'aud', or 'inheritAud' set to true [missing-field]"
    ),
    .permissions(
      #"[{"type":"permission","resource":"rpc","lxm":["com.example.b"],"aud":"did:web:example.com"}]"#,
      "3:70: warning: services ignore this permission: 'aud' is 'did:web:example.com'; in a permission set it can only be '*' [ineffective-permission]"
    ),
    .permissions(
      #"[{"type":"permission","resource":"rpc","lxm":["com.example.b"],"aud":"*","inheritAud":true}]"#,
      "3:70: warning: services ignore this permission: 'aud' cannot be combined with 'inheritAud' [ineffective-permission]"
    ),
    .permissions(
      #"[{"type":"permission","resource":"rpc","lxm":["com.example.b"],"inheritAud":"yes"}]"#,
      "3:77: error: 'inheritAud' is a string; expected true or false [wrong-type]"
    ),
    .permissions(
      #"[{"type":"permission","resource":"blob","accept":["*/*"]}]"#,
      "3:34: warning: services ignore this permission: a permission set cannot grant 'blob' [ineffective-permission]"
    ),
    .permissions(
      #"[{"type":"permission","resource":"rcp","lxm":{}}]"#,
      "3:34: warning: services ignore this permission: unknown resource 'rcp'; did you mean 'rpc'? [ineffective-permission]",
      "3:46: error: 'lxm' is an object; expected a string, an integer, a boolean or an array of strings [wrong-type]"
    ),
  ]

  /// Permission sets.
  static let permissionSet: [BrokenDocument] = [
    .definitions(
      #""main":{"type":"permission-set"}"#,
      "2:8: error: a permission set must have the field 'permissions' [missing-field]"
    ),
    .definitions(
      #""main":{"type":"permission-set","title":7,"permissions":[]}"#,
      "2:41: error: 'title' is an integer; expected a string [wrong-type]"
    ),
    .definitions(
      #""main":{"type":"permission-set","title:lang":{"not a language":"x","de":1},"permissions":[]}"#,
      "2:47: error: 'not a language' is not a valid language tag: a space (0x20) is not allowed in a language tag [bad-language]",
      "2:73: error: the text of 'de' is an integer; expected a string [wrong-type]"
    ),
    .definitions(
      #""main":{"type":"permission-set","detail:lang":["de"],"permissions":[]}"#,
      "2:47: error: 'detail:lang' is an array; expected an object that maps language tags to strings [wrong-type]"
    ),
  ]
}
